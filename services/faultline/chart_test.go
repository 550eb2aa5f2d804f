//go:build e2e

package faultline

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// helmVersion is the one that is built where no helm is installed.
const helmVersion = "v3.19.5"

// manifest is what is looked at of a rendered object.
type manifest struct {
	Kind     string
	Metadata struct{ Name string }
	Data     map[string]string
	Spec     struct {
		Ports    []struct{ Port int }
		Template struct{ Spec pod }
		Groups   []any
		Selector any
	}
}

type pod struct {
	EnableServiceLinks *bool `yaml:"enableServiceLinks"`
	Containers         []container
	Volumes            []struct {
		ConfigMap struct {
			Name  string
			Items []struct{ Key, Path string }
		} `yaml:"configMap"`
	}
}

type container struct {
	Name          string
	Command, Args []string
	Env           []struct{ Name, Value string }
	Ports         []struct {
		ContainerPort int `yaml:"containerPort"`
	}
	LivenessProbe  probe `yaml:"livenessProbe"`
	ReadinessProbe probe `yaml:"readinessProbe"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

// helm runs helm, and returns what it wrote and whether it went well.
func helm(t *testing.T, args ...string) (string, error) {
	t.Helper()
	program := []string{"helm"}
	if _, err := exec.LookPath("helm"); err != nil {
		program = []string{"go", "run", "helm.sh/helm/v3/cmd/helm@" + helmVersion}
	}
	all := slices.Concat(program, args)
	out, err := exec.Command(all[0], all[1:]...).CombinedOutput()
	return string(out), err
}

// render is the chart as it is installed as "desk" with the settings.
func render(t *testing.T, settings ...string) (all []manifest) {
	t.Helper()
	out, err := helm(t, slices.Concat([]string{"template", "desk", "../../deploy/helm/faultline", "--kube-version", "v1.30.0", "--set", "image.tag=1,log.format=text"}, settings)...)
	if err != nil {
		t.Fatalf("rendering the chart: %v\n%s", err, out)
	}
	_, out, _ = strings.Cut(out, "---\n") // what helm says of links comes before
	for document := range strings.SplitSeq("\n"+out, "\n---\n") {
		var m manifest
		if err := yaml.Unmarshal([]byte(document), &m); err != nil {
			t.Fatalf("%v\n%s", err, document)
		}
		if m.Kind != "" {
			all = append(all, m)
		}
	}
	return all
}

// object is the object of a kind and name, and fails when there is none.
func object(t *testing.T, all []manifest, kind, name string) manifest {
	t.Helper()
	i := slices.IndexFunc(all, func(m manifest) bool { return m.Kind == kind && m.Metadata.Name == name })
	if i < 0 {
		t.Fatalf("there is no %s %s", kind, name)
	}
	return all[i]
}

// mount writes the ConfigMap of a pod out as a node does, and returns the folder.
func mount(t *testing.T, all []manifest, p pod) string {
	t.Helper()
	dir := t.TempDir()
	for _, v := range p.Volumes {
		for _, item := range v.ConfigMap.Items {
			file := filepath.Join(dir, item.Path)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(object(t, all, "ConfigMap", v.ConfigMap.Name).Data[item.Key]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// setting gives this process the variables of a container.
func setting(t *testing.T, c container, config string) {
	t.Helper()
	for _, e := range c.Env {
		value := cmp.Or(e.Value, "of a Secret")
		if e.Name == "FAULTLINE_CONFIG" {
			value = config
		}
		t.Setenv(e.Name, value)
	}
}

// The binaries take what the chart gives them, and answer where it asks.
func TestChartStartsTheServices(t *testing.T) {
	bin, files := build(t), t.TempDir()
	feeds, more := filepath.Join(files, "feeds.yaml"), filepath.Join(files, "more.yaml")
	for file, address := range map[string]string{feeds: "https://outlet.example/rss", more: "https://other.example/rss"} {
		if err := os.WriteFile(file, []byte("feeds:\n  - url: "+address+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, settings := range map[string][]string{
		"a server of its own": {"--set", "nats.existingSecret=passwords,secrets.existingSecret=tokens,externalURL=https://desk.example.org", "--set-file", `config.files.feeds\.yaml=` + feeds, "--set-file", `config.files.feeds/more\.yaml=` + more},
		"one without users":   {"--set", "nats.url=nats://nats.invalid:4222"},
	} {
		t.Run(name, func(t *testing.T) {
			all := render(t, settings...)
			for _, service := range []string{"fetcher", "classifier", "alerter"} {
				t.Run(service, func(t *testing.T) {
					starts(t, all, bin, object(t, all, "Deployment", "desk-faultline-"+service))
				})
			}
		})
	}
}

// starts runs the one container of a Deployment.
func starts(t *testing.T, all []manifest, bin string, d manifest) {
	t.Helper()
	p := d.Spec.Template.Spec
	c := p.Containers[0]
	if p.EnableServiceLinks == nil || *p.EnableServiceLinks {
		t.Error("Kubernetes adds variables that name no setting")
	}
	port := c.Ports[0].ContainerPort
	if got := object(t, all, "Service", d.Metadata.Name).Spec.Ports[0].Port; got != port || !slices.Contains(c.Args, "0.0.0.0:"+strconv.Itoa(port)) {
		t.Errorf("%v listens on %d, its Service on %d", c.Args, port, got)
	}
	setting(t, c, mount(t, all, p))
	program := filepath.Join(bin, c.Command[0])
	if out, err := exec.Command(program, append(slices.Clone(c.Args), "--check")...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", program, c.Args, err, out)
	}
	run := launch(t, program) // with an address of its own in place of that of c.Args
	if got := run.get(c.LivenessProbe.HTTPGet.Path); !strings.HasSuffix(got, " is healthy.\n") {
		t.Errorf("%s answers %q", c.LivenessProbe.HTTPGet.Path, got)
	}
	run.until("it is not ready without NATS", 10*time.Second, func() bool { return strings.Contains(run.get(c.ReadinessProbe.HTTPGet.Path), " is not ready: ") })
}

// What the operator of Prometheus gets is whole, and the server its own users.
func TestChartBringsFilesOfTheRepository(t *testing.T) {
	all := render(t, "--set", "nats.existingSecret=passwords,monitoring.rules=true,monitoring.serviceMonitor=true")
	conf, err := os.ReadFile("../../deploy/nats/nats-server.conf")
	if err != nil {
		t.Fatal(err)
	}
	if object(t, all, "ConfigMap", "desk-faultline-nats").Data["nats-server.conf"] != string(conf) {
		t.Error("the configuration of NATS is another")
	}
	if len(object(t, all, "PrometheusRule", "desk-faultline").Spec.Groups) == 0 {
		t.Error("there are no alerts")
	}
	for _, service := range []string{"fetcher", "classifier", "alerter"} {
		object(t, all, "ServiceMonitor", "desk-faultline-"+service)
		object(t, all, "PodDisruptionBudget", "desk-faultline-"+service)
	}
	job := object(t, all, "Job", "desk-faultline-topology-1").Spec.Template.Spec.Containers[0]
	if !slices.Equal(slices.Concat(job.Command, job.Args), []string{"faultline", "topology"}) {
		t.Errorf("the streams are made by %v %v", job.Command, job.Args)
	}
}

// What is missing is named, with the setting to write.
func TestFaultyChartSettings(t *testing.T) {
	for want, settings := range map[string]string{
		"set image.tag to": "nats.url=nats://nats:4222",
		"set nats.url, or": "image.tag=1",
	} {
		if out, err := helm(t, "template", "../../deploy/helm/faultline", "--kube-version", "v1.30.0", "--set", settings); err == nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v\n%s", settings, err, out)
		}
	}
}
