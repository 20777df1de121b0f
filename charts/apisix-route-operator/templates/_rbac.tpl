{{/* What the operator may do with the resources of a namespace, or of all. */}}
{{- define "operator.resourceRules" -}}
- apiGroups: [apisix-operator.dev]
  resources:
    {{- include "operator.attachedPlurals" . | trim | nindent 4 }}
  verbs: [list, watch, patch] # patch: the finalizer
- apiGroups: [apisix-operator.dev]
  resources:
    {{- range (include "operator.attachedPlurals" . | fromYamlArray) }}
    - {{ . }}/status
    {{- end }}
  verbs: [patch]
{{ include "operator.eventRules" . }}
- apiGroups: [""]
  resources: [secrets]
  {{- with .Values.rbac.secretNames }}
  resourceNames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  verbs: [list, watch] # each Secret that is referred to, by its name
- apiGroups: [""]
  resources: [configmaps]
  verbs: [list, watch] # each ConfigMap that is referred to, by its name
{{ include "operator.endpointRules" . }}
{{- end -}}

{{- define "operator.endpointRules" -}}
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch] # those of each Service that an ApisixGateway names
{{- end -}}

{{- define "operator.eventRules" -}}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{- define "operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "operator.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{/* A role and its binding. Takes root, kind (Role or ClusterRole), name, namespace (of a Role) and rules as text. */}}
{{- define "operator.roleAndBinding" }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}
metadata:
  name: {{ .name | quote }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "operator.labels" .root | nindent 4 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}Binding
metadata:
  name: {{ .name | quote }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "operator.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name | quote }}
subjects:
  {{- include "operator.subjects" .root | nindent 2 }}
{{- end -}}
