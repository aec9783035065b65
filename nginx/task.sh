#!/bin/sh
# Writes what the page says of its task: revision, image, task and zone, as ECS's metadata endpoint tells
# them to the container (ECS developer guide, "Amazon ECS task metadata endpoint version 4"). The image's
# entry point runs it before nginx. Elsewhere than on ECS TASK_METADATA may say the same, or nothing does.
set -u

file="${1:-/dev/shm/task.html}"
endpoint="${ECS_CONTAINER_METADATA_URI_V4:-}"
facts="${TASK_METADATA:-}"
if [ -n "$endpoint" ]; then
    # First the container's own answer: the task's names the images of all containers.
    facts="$(wget -q -T 2 -O - "$endpoint"; echo; wget -q -T 2 -O - "$endpoint/task")"
fi

# The first value of that name. Names, tags and ids have no other characters, so none gets into the page.
value() {
    printf '%s\n' "$facts" | grep -o "\"$1\":\"[A-Za-z0-9_.:/@-]*\"" | head -n 1 | cut -d '"' -f 4
}

row() {
    if [ -n "$2" ]; then printf '<div><dt>%s</dt><dd>%s</dd></div>' "$1" "$2"; fi
}

image="$(value Image)"
case "$image" in
*@*) tag="$(printf '%s' "${image#*@}" | cut -c 1-19)" ;;
*/*:* | *:*) tag="${image##*:}" ;;
?*) tag=latest ;;
*) tag= ;;
esac
task="$(value TaskARN)"
family="$(value Family)"
id="$(printf '%s' "${task##*/}" | cut -c 1-8)"
if [ -n "$family" ]; then
    {
        printf '<dl class="task">'
        row Revision "$family:$(value Revision)"
        row Image "$tag"
        row Task "$id"
        row Zone "$(value AvailabilityZone)"
        printf '</dl>\n'
    } > "$file"
else
    : > "$file"
fi
