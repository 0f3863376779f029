// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"net"
	"net/url"
	"strconv"
	"strings"
)

// serviceAddress is where a cache service is.
type serviceAddress struct {
	// target is for gRPC's resolvers: dns:///127.0.0.1:50051. name is for people: 127.0.0.1:50051.
	target, name string
	isTLS        bool
	// isThisMachine: beyond doubt, so that nobody reads along.
	isThisMachine bool
}

// parseServiceURL reads grpc://HOST:PORT, grpcs://HOST:PORT, grpc+unix:///PATH and unix:PATH. It
// looks nothing up. A path is taken as it stands.
func parseServiceURL(text string) (serviceAddress, *Error) {
	wrong := func(problem string) (serviceAddress, *Error) {
		message := problem + "; takes a URL such as grpc://127.0.0.1:50051, grpc://[::1]:50051, " +
			"grpcs://cache.example:50051 or unix:/run/cache.sock"
		// What stands before an @ may be a password.
		if !strings.Contains(text, "@") {
			message += ", got " + strconv.Quote(text)
		}
		return serviceAddress{}, invalid("storage_url: %s", message)
	}
	scheme, rest, _ := strings.Cut(text, ":")
	switch scheme {
	case "grpc", "grpcs":
		if !strings.HasPrefix(rest, "//") {
			return wrong("has no // after its scheme")
		}
		address, problem := parseHostPort(strings.TrimSuffix(rest[2:], "/"))
		if problem != "" {
			return wrong(problem)
		}
		address.isTLS = scheme == "grpcs"
		return address, nil
	case "grpc+unix", "unix":
		path := strings.TrimPrefix(rest, "//")
		if path == "" {
			return wrong("has no path of a unix socket")
		}
		if (scheme == "grpc+unix" || path != rest) && path[0] != '/' {
			return wrong("has a path that does not begin with /")
		}
		if len(path) > 107 {
			return wrong("has a path that is too long; a unix socket's has 107 bytes at most")
		}
		escaped := (&url.URL{Path: path}).EscapedPath()
		return serviceAddress{target: "unix:" + escaped, name: "unix:" + path, isThisMachine: true}, nil
	case "":
		return wrong("is empty")
	}
	return wrong("has no scheme of a cache service")
}

func parseHostPort(text string) (address serviceAddress, problem string) {
	if strings.Contains(text, "@") {
		return address, "has a user, which is no part"
	}
	if strings.ContainsAny(text, "/?#%") {
		return address, "has more than a host and a port"
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil || host == "" {
		return address, "has no host and port"
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return address, "has no port from 1 to 65535"
	}
	ip := net.ParseIP(host)
	isHere := strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
	return serviceAddress{target: "dns:///" + text, name: text, isThisMachine: isHere}, ""
}
