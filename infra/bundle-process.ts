/** Bundles with plugins, in a process of its own: esbuild has none for who cannot wait, and what synthesizes a stack cannot. */
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'
import { bundleWithParts } from './bundle-parts.ts'
import { leanClients } from './lean-clients.ts'
import { leanForms } from './lean-valibot.ts'

const { withParts, ...options } = JSON.parse(await text(process.stdin))
const plugins = [leanClients, leanForms]
const metafile = withParts
  ? await bundleWithParts({ ...options, plugins })
  : (await build({ ...options, metafile: true, plugins })).metafile
process.stdout.write(JSON.stringify(metafile))
