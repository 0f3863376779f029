// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"os"
	"strings"
)

// TLS has the PEM files of a grpcs:// URL's client. They are read once, by NewRemote.
type TLS struct {
	// CAFile: who signs the service's certificate. Default: the authorities that the system trusts.
	CAFile string
	// CertFile is what is shown to a service that asks for a certificate, with its chain, its own
	// first; KeyFile is its key, not encrypted. Both or neither.
	CertFile, KeyFile string
}

// check tells whether the files are for such an address.
func (t TLS) check(address serviceAddress) error {
	files := []struct{ setting, path string }{
		{"tls_ca_file", t.CAFile}, {"tls_cert_file", t.CertFile}, {"tls_key_file", t.KeyFile},
	}
	for _, file := range files {
		if file.path != "" && !address.isTLS {
			return invalid("%s: is for TLS, and %s is called without; write grpcs://HOST:PORT",
				file.setting, address.name)
		}
	}
	if (t.CertFile == "") != (t.KeyFile == "") {
		missing := "tls_key_file"
		if t.CertFile == "" {
			missing = "tls_cert_file"
		}
		return invalid("%s: is not given; a certificate and its key are given together, or neither",
			missing)
	}
	return nil
}

func (t TLS) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CAFile != "" {
		pem, err := readSmallFile(t.CAFile)
		if err != nil {
			return nil, invalid("tls_ca_file: cannot be read (%s); takes the path of a PEM file", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, invalid("tls_ca_file: %s holds no certificate in PEM", t.CAFile)
		}
	}
	if t.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, invalid("tls_cert_file, tls_key_file: are no pair that can be used (%s)", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// ReadTokenFile gives the token that stands in a file, as the first line of `cachectl token new`
// is, and nothing else but white space around it. Its errors repeat nothing of the file.
func ReadTokenFile(path string) (string, error) {
	text, err := readSmallFile(path)
	if err != nil {
		return "", invalid("auth_token_file: cannot be read (%s); takes the path of a file with a token",
			err)
	}
	token := strings.TrimSpace(string(text))
	if !isToken(token) {
		return "", invalid("auth_token_file: %s holds no token; takes one alone, as the first line of "+
			"`cachectl token new` is", path)
	}
	return token, nil
}

// isToken: cs_NAME_SECRET. Whether the secret is one the service says.
func isToken(text string) bool {
	if !strings.HasPrefix(text, "cs_") || strings.Count(text, "_") < 2 {
		return false
	}
	for _, char := range text {
		if char <= ' ' || char > '~' {
			return false
		}
	}
	return true
}

func readSmallFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, 1<<20))
}

// bearer sends a token with every call. NewRemote sees to it that it does not travel in the clear.
type bearer struct{ token string }

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + b.token}, nil
}

func (bearer) RequireTransportSecurity() bool { return false }
