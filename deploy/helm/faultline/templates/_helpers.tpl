{{- define "faultline.name" -}}
{{ if contains "faultline" .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-faultline{{ end }}
{{- end }}

{{- define "faultline.selector" -}}
app.kubernetes.io/name: faultline
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "faultline.labels" -}}
{{ include "faultline.selector" . }}
app.kubernetes.io/version: {{ .root.Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "faultline.image" -}}
{{ .Values.image.repository }}:{{ required "set image.tag to that of an image made with deploy/Dockerfile" .Values.image.tag }}
{{- end }}

{{/* The user is the one of the image; the group is by which secrets are read. */}}
{{- define "faultline.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "faultline.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* The settings that each process gets as variables: .user is its user of NATS. */}}
{{- define "faultline.environment" -}}
- name: FAULTLINE_NATS_URL
  value: {{ .root.Values.nats.url | default (printf "nats://%s-nats:4222" (include "faultline.name" .root)) | quote }}
{{- with .root.Values.nats.existingSecret }}
- name: FAULTLINE_NATS_CREATE_STREAMS
  value: {{ eq $.user "admin" | quote }}
- name: FAULTLINE_NATS_USERNAME
  value: {{ $.user }}
- name: FAULTLINE_NATS_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ . }}, key: {{ upper $.user }}_PASSWORD}}
{{- end }}
{{- if include "faultline.config" .root }}
- name: FAULTLINE_CONFIG
  value: /etc/faultline
{{- end }}
- name: FAULTLINE_LOG_LEVEL
  value: {{ .root.Values.log.level }}
- name: FAULTLINE_LOG_FORMAT
  value: {{ .root.Values.log.format }}
{{- with .root.Values.externalURL }}
- name: FAULTLINE_WEB_EXTERNAL_URL
  value: {{ . | quote }}
{{- end }}
{{- end }}

{{/* The name of the ConfigMap, if there is one. */}}
{{- define "faultline.config" -}}
{{ if .Values.config.existingConfigMap }}{{ .Values.config.existingConfigMap }}{{ else if .Values.config.files }}{{ include "faultline.name" . }}-config{{ end }}
{{- end }}

{{- define "faultline.mounts" -}}
{{- if include "faultline.config" . }}
- {name: config, mountPath: /etc/faultline, readOnly: true}
{{- end }}
{{- if .Values.secrets.existingSecret }}
- {name: secrets, mountPath: /etc/faultline-secrets, readOnly: true}
{{- end }}
{{- end }}

{{- define "faultline.volumes" -}}
{{- with include "faultline.config" . }}
- name: config
  configMap:
    name: {{ . }}
    {{- if not $.Values.config.existingConfigMap }}
    items:
      {{- range $path, $_ := $.Values.config.files }}
      - {key: {{ $path | replace "/" "__" | quote }}, path: {{ $path | quote }}}
      {{- end }}
    {{- end }}
{{- end }}
{{- with .Values.secrets.existingSecret }}
- name: secrets
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- end }}
