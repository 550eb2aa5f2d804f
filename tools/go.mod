module faultline/tools

go 1.26.0

