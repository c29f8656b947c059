#!/bin/sh
j=${JAVA_HOME:+$JAVA_HOME/bin/}java; command -v "$j" >/dev/null || { echo "alknet: no Java found: install one, 17 or newer, or set JAVA_HOME" >&2; exit 1; }
a=; case " $* " in *" serve "*) f='-XX:+ExitOnOutOfMemoryError -XX:-HeapDumpOnOutOfMemoryError' ;; *) f='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xmx256m'; [ -f "$0.jsa" ] && a=$0.jsa ;; esac
exec "$j" $f ${a:+-Xlog:disable "-XX:SharedArchiveFile=$a"} $ALKNET_JAVA_OPTS -jar "$0" "$@"
