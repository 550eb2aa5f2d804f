module faultline/deploy

go 1.26.0
