#!/bin/sh
# Makes the sample logs and the seeds for fuzzing: make.sh MAKE_EVTX FOLDER-FOR-SAMPLES FOLDER-FOR-SEEDS
# The logs in the project are what this makes; tests/cli/evtx_samples.sh compares them.
set -eu
make=$1 samples=$2 seeds=$3
from=$(dirname "$0")

sample() {
	name=$1
	shift
	"$make" "$@" "$from/$name.xml" "$samples/$name.evtx"
}

# As small as the form allows: a chunk may end with its last record, as in a file that was cut short.
sample en-client-application # a whole file, as Windows closes one
sample ja-client-system --short
sample de-client-system --short --dirty --slack
sample en-forwarded-plain --short --no-template
sample en-host-kms --short --bad-crc
sample fr-client-application --short --zero-last

# Chunks without a file header.
seed() {
	name=$1 xml=$2
	shift 2
	"$make" --bare --short "$@" "$from/$xml.xml" "$seeds/$name"
}

seed types ../types
seed arrays ../arrays
seed tokens ../tokens
seed manifest ../manifest
seed classic ../classic
seed plain ../tokens --no-template
seed loops ja-client-system --loops
seed no-crc en-host-kms --no-crc
seed bad-magic en-host-kms --bad-magic
seed slack en-forwarded-plain --slack
seed torn de-client-system --zero-last
seed cut ja-client-system --cut 301
"$make" --short "$from/ja-client-system.xml" "$seeds/header"
