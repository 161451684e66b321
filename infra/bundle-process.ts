/** Bundles with plugins, in a process of its own: esbuild has none for who cannot wait, and what synthesizes a stack cannot. */
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'
import { leanClients } from './lean-clients.ts'

const { metafile } = await build({
  ...JSON.parse(await text(process.stdin)),
  metafile: true,
  plugins: [leanClients],
})
process.stdout.write(JSON.stringify(metafile))
