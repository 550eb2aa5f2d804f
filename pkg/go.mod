module faultline/pkg

go 1.26.0

