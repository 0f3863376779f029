// SPDX-License-Identifier: Apache-2.0

//go:build tools

// Names the programs that `./dev interop` builds, so that go.mod and go.sum keep what they need
// (`go mod tidy -go=1.19`; that is what Debian 12 has).
package interop

import (
	_ "github.com/bojand/ghz/cmd/ghz"
	_ "github.com/fullstorydev/grpcurl/cmd/grpcurl"
	_ "github.com/grpc-ecosystem/grpc-health-probe"
	_ "github.com/summerwind/h2spec/cmd/h2spec"
	_ "google.golang.org/grpc/interop/client"
)
