#!/bin/sh
echo "hello from a Dockerfile, tree $BUILT_FROM"
