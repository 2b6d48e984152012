{{- define "bootbus.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "bootbus.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "bootbus.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "bootbus.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* Of a component: dict "root" $ "component" "tftp-server" */}}
{{- define "bootbus.selector" -}}
app.kubernetes.io/name: {{ include "bootbus.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "bootbus.labels" -}}
{{ include "bootbus.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "bootbus.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "bootbus.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- define "bootbus.image" -}}
{{- $image := .root.Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end -}}
{{ $image.repository }}/{{ .component }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* What is the same in each pod's spec. dict "root" "component" "values" */}}
{{- define "bootbus.podSpec" -}}
serviceAccountName: {{ include "bootbus.serviceAccountName" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
{{- if .values.hostNetwork }}
hostNetwork: true
dnsPolicy: ClusterFirstWithHostNet
{{- end }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .values.affinity }}
affinity:
  {{- toYaml .values.affinity | nindent 2 }}
{{- else if not .onEachNode }}
affinity:
  podAntiAffinity:
    {{- if .values.hostNetwork }}
    requiredDuringSchedulingIgnoredDuringExecution: # both would want the same ports
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "bootbus.selector" . | nindent 12 }}
    {{- else }}
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "bootbus.selector" . | nindent 14 }}
    {{- end }}
{{- end }}
{{- if not .onEachNode }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "bootbus.selector" . | nindent 8 }}
{{- end }}
{{- end }}

{{/* The same for each container. */}}
{{- define "bootbus.container" -}}
name: {{ .component }}
image: {{ include "bootbus.image" . }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- if ne .component "kernel-backend" }}
{{- include "bootbus.command" . }}
{{- end }}
resources:
  {{- toYaml .values.resources | nindent 2 }}
startupProbe:
  httpGet: {path: /healthz, port: management}
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /healthz, port: management}
  periodSeconds: 10
  timeoutSeconds: 3
readinessProbe:
  {{- if .readiness }}
  # not /readyz, which asks for NATS: files from disk go on being served without it
  {{- end }}
  httpGet: {path: {{ .readiness | default "/readyz" }}, port: management}
  periodSeconds: 5
  timeoutSeconds: 3
{{- end }}

{{- define "bootbus.env" -}}
- name: BOOTBUS_LOG_LEVEL
  value: {{ .root.Values.log.level | quote }}
- name: BOOTBUS_LOG_FORMAT
  value: {{ .root.Values.log.format | quote }}
- name: BOOTBUS_MANAGEMENT_ADDRESS # a node's, on its network
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
{{- $nats := .root.Values.nats }}
- name: BOOTBUS_NATS_URL
  value: {{ include "bootbus.natsUrl" .root | quote }}
{{- if not $nats.auth.anonymous }}
- name: BOOTBUS_NATS_USER
  value: {{ .component }}
- name: BOOTBUS_NATS_PASSWORD_FILE
  value: /etc/bootbus/nats/password
{{- end }}
{{- with $nats.tls.existingSecret }}
- name: BOOTBUS_NATS_CA
  value: /etc/bootbus/nats-tls/ca.crt
{{- if $nats.tls.clientCertificate }}
- name: BOOTBUS_NATS_CERT
  value: /etc/bootbus/nats-tls/tls.crt
- name: BOOTBUS_NATS_KEY
  value: /etc/bootbus/nats-tls/tls.key
{{- end }}
{{- end }}
{{- if and .root.Values.tracing.endpoint (ne .component "operator") }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .root.Values.tracing.endpoint | quote }}
{{- end }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "bootbus.natsUrl" -}}
{{- $nats := .Values.nats -}}
{{- if $nats.enabled -}}
{{- if $nats.url }}{{ fail "nats.url names a NATS of your own: set nats.enabled to false as well" }}{{ end -}}
{{ ternary "tls" "nats" (ne $nats.serverTls.existingSecret "") }}://{{ .Release.Name }}-nats:4222
{{- else -}}
{{ required "nats.url is needed where nats.enabled is false: nats://HOST:4222" $nats.url }}
{{- end -}}
{{- end }}

{{- define "bootbus.natsSecret" -}}
{{- .Values.nats.auth.existingSecret | default (printf "%s-nats-users" .Release.Name) -}}
{{- end }}

{{/* dict "root" "component" "key" "dhcp-password" */}}
{{- define "bootbus.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if not .root.Values.nats.auth.anonymous }}
- {name: nats-password, mountPath: /etc/bootbus/nats, readOnly: true}
{{- end }}
{{- if .root.Values.nats.tls.existingSecret }}
- {name: nats-tls, mountPath: /etc/bootbus/nats-tls, readOnly: true}
{{- end }}
{{- end }}

{{- define "bootbus.volumes" -}}
- name: tmp
  emptyDir: {medium: Memory, sizeLimit: 64Mi}
{{- if not .root.Values.nats.auth.anonymous }}
- name: nats-password
  secret:
    secretName: {{ include "bootbus.natsSecret" .root }}
    items: [{key: {{ .key }}, path: password}]
{{- end }}
{{- with .root.Values.nats.tls.existingSecret }}
- name: nats-tls
  secret: {secretName: {{ . }}}
{{- end }}
{{- end }}

{{- define "bootbus.address" -}}
{{- required "\n\naddress is needed: where machines reach TFTP and HTTP. It is the address of a load balancer's Service, or that of the node if tftp.hostNetwork and http.hostNetwork are on:\n  --set address=192.168.1.10\n" .Values.address -}}
{{- end }}

{{- define "bootbus.url" -}}
http://{{ include "bootbus.address" . }}{{ if ne (int .Values.http.port) 80 }}:{{ .Values.http.port }}{{ end }}/
{{- end }}

{{- define "bootbus.fileArgs" -}}
{{- range .Values.files.upstream }}
- --upstream={{ . }}
{{- end }}
{{- range .Values.files.objects }}
- --objects={{ . }}
{{- end }}
{{- end }}

{{/* dict "values" "add"; a file's capabilities, which the images' launchers have, count only where privileges may grow.
They grow to those that are added, and no further. */}}
{{- define "bootbus.confinement" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
allowPrivilegeEscalation: {{ .values.hostNetwork | default false }}
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
  {{- if .values.hostNetwork }}
  add: {{ .add }}
  {{- end }}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* The launcher without capabilities, where the pod may have none. */}}
{{- define "bootbus.command" -}}
{{- if not .values.hostNetwork }}
command: [/usr/lib/bootbus/runtime/bin/java, "@/usr/lib/bootbus/etc/jvm/{{ .component }}"]
{{- end }}
{{- end }}

{{/* dict "root" "values" */}}
{{- define "bootbus.loadBalancer" -}}
type: {{ .values.service.type }}
{{- if eq .values.service.type "LoadBalancer" }}
loadBalancerIP: {{ .values.service.loadBalancerIP | default (include "bootbus.address" .root) }}
{{- end }}
{{- if ne .values.service.type "ClusterIP" }}
externalTrafficPolicy: {{ .values.service.externalTrafficPolicy }}
{{- end }}
{{- end }}

{{/* dict "root" "component" "values" "name" */}}
{{- define "bootbus.pdb" -}}
{{- if and .values.pdb.enabled (gt (int .values.replicas) 1) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  labels:
    {{- include "bootbus.labels" . | nindent 4 }}
spec:
  minAvailable: {{ .values.pdb.minAvailable }}
  selector:
    matchLabels:
      {{- include "bootbus.selector" . | nindent 6 }}
{{- end }}
{{- end }}

{{/* 20Gi as a number of MiB, less a tenth for what is written before it is known to be too much. */}}
{{- define "bootbus.mebibytes" -}}
{{- $size := . -}}
{{- if hasSuffix "Gi" $size -}}
{{ div (mul (trimSuffix "Gi" $size | int) 1024 9) 10 }}
{{- else if hasSuffix "Mi" $size -}}
{{ div (mul (trimSuffix "Mi" $size | int) 9) 10 }}
{{- else -}}
{{ fail (printf "http.cache.size: %s is no number with Gi or Mi" $size) }}
{{- end -}}
{{- end }}
