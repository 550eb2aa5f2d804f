package service

import "runtime/debug"

// version is stamped by the linker: -X faultline/pkg/service.version=v1.2.3.
var version string

// Version is the release, or the commit it was built from, or "dev".
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return s.Value[:12]
			}
		}
	}
	return "dev"
}
