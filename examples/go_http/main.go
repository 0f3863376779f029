// SPDX-License-Identifier: Apache-2.0

// A web service that caches a slow function. While the cache is down it is slow, and answers all
// the same.
//
//	$ APP_CACHE_BACKEND=remote go run . &
//	listening on http://127.0.0.1:8080
//	$ curl http://127.0.0.1:8080/reports/7
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	cachestore "github.com/cachestore/cachestore/client/go"
)

func main() {
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	store, err := cachestore.FromEnvironment()
	if err != nil {
		return err
	}
	defer store.Close()
	cache := cachestore.FailOpen(store, cachestore.FailOpenOptions{})
	loader := cachestore.NewLoader(cache, cachestore.LoaderOptions{})

	mux := http.NewServeMux()
	mux.HandleFunc("/reports/", func(response http.ResponseWriter, request *http.Request) {
		name := strings.TrimPrefix(request.URL.Path, "/reports/")
		report, err := loader.GetOrCompute(request.Context(), "report:"+name, time.Minute,
			func(ctx context.Context) ([]byte, error) { return slowReport(ctx, name) })
		if err != nil {
			log.Print(err)
			http.Error(response, "there is no report", http.StatusInternalServerError)
			return
		}
		_, _ = response.Write(report)
	})

	address := "127.0.0.1:8080"
	if given := os.Getenv("LISTEN"); given != "" {
		address = given
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return server.Serve(listener)
}

// slowReport stands for a query that takes its time.
func slowReport(ctx context.Context, name string) ([]byte, error) {
	fmt.Printf("computing report %s\n", name)
	select {
	case <-time.After(200 * time.Millisecond):
		return []byte("report " + name + "\n"), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
