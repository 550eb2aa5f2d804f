package bus_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// cluster is three NATS servers that know each other.
type cluster struct {
	t       *testing.T
	servers []*server.Server
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t}
	// Each node has to be told where the others are before one of them runs.
	ports, routes := make([]int, 3), make([]*url.URL, 3)
	for i := range ports {
		free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ports[i] = free.Addr().(*net.TCPAddr).Port
		routes[i] = &url.URL{Scheme: "nats", Host: free.Addr().String()}
		if err := free.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for i, port := range ports {
		srv, err := server.NewServer(&server.Options{
			ServerName: fmt.Sprint("node", i), Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
			JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, Routes: routes,
			Cluster: server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: port},
		})
		if err != nil {
			t.Fatal(err)
		}
		srv.Start()
		t.Cleanup(func() {
			srv.Shutdown()
			srv.WaitForShutdown()
		})
		c.servers = append(c.servers, srv)
	}
	for _, s := range c.servers {
		if !s.ReadyForConnections(time.Minute) {
			t.Fatalf("%s did not become ready", s.Name())
		}
	}
	eventually(t, "the three have a leader", func() bool {
		for _, s := range c.servers {
			if s.JetStreamIsLeader() && len(s.JetStreamClusterPeers()) == 3 {
				return true
			}
		}
		return false
	})
	return c
}

// bus is a connection that knows all nodes.
func (c *cluster) bus() *bus.Bus {
	c.t.Helper()
	var all []string
	for _, s := range c.servers {
		all = append(all, s.ClientURL())
	}
	b, err := bus.Connect(c.t.Context(), bus.Options{Name: c.t.Name(), URL: strings.Join(all, ",")})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.t.Context()), 5*time.Second)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			c.t.Logf("closing: %v", err)
		}
	})
	return b
}

// FAULTS 76: of three nodes the leader of a stream is killed while messages come and are
// handled. With three replicas nothing is lost, and work goes on with the two.
func TestFault76LeaderOfAClusterIsKilled(t *testing.T) {
	c := startCluster(t)
	b := c.bus()
	tuning := bus.DefaultTuning()
	tuning.Replicas = 3
	if err := b.Apply(t.Context(), tuning); err != nil {
		t.Fatal(err)
	}
	var handled sync.Map
	r := consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error {
		handled.Store(string(d.Data), true)
		return nil
	})
	const n = 60
	for i := range n {
		if i == n/3 {
			c.killLeader(bus.Items)
		}
		m := bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i), Data: fmt.Append(nil, i)}
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "all are handled", func() bool { return size(&handled) == n })
	r.end()
	seen := map[string]int{}
	if err := b.Replay(t.Context(), bus.Items, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		seen[string(d.Data)]++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if seen[fmt.Sprint(i)] != 1 {
			t.Errorf("message %d is stored %d times", i, seen[fmt.Sprint(i)])
		}
	}
}

// killLeader ends the node that leads a stream.
func (c *cluster) killLeader(stream string) {
	c.t.Helper()
	conn, err := nats.Connect(c.servers[0].ClientURL())
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		c.t.Fatal(err)
	}
	s, err := js.Stream(c.t.Context(), stream)
	if err != nil {
		c.t.Fatal(err)
	}
	leader := s.CachedInfo().Cluster.Leader
	for _, srv := range c.servers {
		if srv.Name() == leader {
			srv.Shutdown()
			return
		}
	}
	c.t.Fatalf("no node is called %q", leader)
}
