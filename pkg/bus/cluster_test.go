package bus_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
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
	links   [3][3]*link // from each node to each other
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t}
	// Each node has to be told where the others are before one of them runs.
	ports := make([]int, 3)
	for i := range ports {
		free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ports[i] = free.Addr().(*net.TCPAddr).Port
		for j := range ports {
			c.links[j][i] = &link{t: t, to: free.Addr().String(), piece: 64 << 10}
		}
		if err := free.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for i, port := range ports {
		var routes []*url.URL
		for j, l := range c.links[i] {
			if j != i {
				routes = append(routes, &url.URL{Scheme: "nats", Host: strings.TrimPrefix(l.url(), "nats://")})
			}
		}
		srv, err := server.NewServer(&server.Options{
			ServerName: fmt.Sprint("node", i), Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
			JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, Routes: routes,
			// What a node tells others of itself leads nowhere: they reach it by the links alone.
			Cluster: server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: port, Advertise: "127.0.0.1:1"},
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

// bus is a connection to one of the nodes, to any if none is named.
func (c *cluster) bus(nodes ...int) *bus.Bus {
	c.t.Helper()
	var all []string
	for i, s := range c.servers {
		if len(nodes) == 0 || slices.Contains(nodes, i) {
			all = append(all, s.ClientURL())
		}
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
			c.servers[c.leader(bus.Items)].Shutdown()
		}
		m := bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i), Data: fmt.Append(nil, i)}
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "all are handled", func() bool { return size(&handled) == n })
	r.end()
	storedOnce(t, b, n)
}

// storedOnce checks that each of n items is there once.
func storedOnce(t *testing.T, b *bus.Bus, n int) {
	t.Helper()
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

// FAULTS 76: the node that leads a stream is cut off from the two others, while clients reach all three.
// It takes nothing that the two do not have; they go on by themselves, with the consumer's work as well.
// Once the three are together again, nothing is lost or there twice.
func TestFault76ClusterIsParted(t *testing.T) {
	c := startCluster(t)
	tuning := bus.DefaultTuning()
	tuning.Replicas = 3
	if err := c.bus().Apply(t.Context(), tuning); err != nil {
		t.Fatal(err)
	}
	alone := c.leader(bus.Items)
	few, many := c.bus(alone), c.bus((alone+1)%3, (alone+2)%3)
	var handled sync.Map
	take := func(_ context.Context, d *bus.Delivery) error {
		handled.Store(string(d.Data), true)
		return nil
	}
	shared := quick("c")
	shared.AckWait = 2 * time.Second // what the one cut off has in hand goes to the other then
	ends := []*running{consume(t, few, shared, take), consume(t, many, shared, take)}
	item := func(i int) bus.Message {
		return bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i), Data: fmt.Append(nil, i)}
	}
	next := 0
	publish := func(b *bus.Bus, n int) {
		t.Helper()
		for range n {
			if _, err := b.Publish(t.Context(), item(next)); err != nil {
				t.Fatal(err)
			}
			next++
		}
		eventually(t, fmt.Sprintf("%d are handled", next), func() bool { return size(&handled) == next })
	}
	publish(few, 20)
	c.part(alone, true)
	briefly, end := context.WithTimeout(t.Context(), 3*time.Second)
	defer end()
	if ack, err := few.Publish(briefly, item(40)); err == nil {
		t.Errorf("a node alone takes a message: %+v", ack)
	}
	publish(many, 20)
	c.part(alone, false)
	publish(few, 20) // the one that was not taken comes first
	publish(many, 20)
	for _, r := range ends {
		r.end()
	}
	storedOnce(t, many, next)
}

// part cuts a node off from the others, or lets them together again.
func (c *cluster) part(node int, still bool) {
	for i := range c.links {
		c.links[node][i].still.Store(still)
		c.links[i][node].still.Store(still)
	}
}

// leader is the node that leads a stream.
func (c *cluster) leader(stream string) int {
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
	node := slices.IndexFunc(c.servers, func(srv *server.Server) bool { return srv.Name() == leader })
	if node < 0 {
		c.t.Fatalf("no node is called %q", leader)
	}
	return node
}
