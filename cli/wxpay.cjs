#!/usr/bin/env node
'use strict'
// Plain CommonJS, so that even an old Node can say why it stops.
require('#local/require-node.cjs')
void import('./wxpay.ts')
