#!/usr/bin/env node
'use strict'
// Plain CommonJS, so that even an old Node can say why it stops.
require('#local/require-node.cjs')
// Read and compiled once a release instead of at every start: half of what help costs.
require('node:module').enableCompileCache()
void import('./wxpay.ts')
