/** The official Go SDK, where Go is here and the SDK can be had: built in a scratch folder, led to the simulator by its proxy. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from './client.ts'
import { processClient } from './process-client.ts'

export const NAME = 'wechatpay-go'
const MODULE = 'github.com/wechatpay-apiv3/wechatpay-go'
export const VERSION = 'v0.2.21'

/** @returns the client, or in one line why it cannot be had. */
export function openGo(checkout: string | undefined, scratch: string): Client | string {
  if (spawnSync('go', ['version']).status !== 0) return 'no Go here'
  const folder = join(scratch, 'go')
  mkdirSync(folder)
  cpSync(join(import.meta.dirname, 'go/main.go'), join(folder, 'main.go'))
  const replace = checkout === undefined ? '' : `replace ${MODULE} => ${checkout}\n`
  writeFileSync(
    join(folder, 'go.mod'),
    `module client\n\ngo 1.21\n\nrequire ${MODULE} ${VERSION}\n${replace}`,
  )
  try {
    const env = { ...process.env, GOFLAGS: '-mod=mod' }
    execFileSync('go', ['build', '-o', 'client', '.'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    return text.trim().split('\n').at(-1) ?? 'it does not build'
  }
  const version = checkout === undefined ? VERSION.slice(1) : `${VERSION.slice(1)} (checkout)`
  return processClient(NAME, version, {
    command: join(folder, 'client'),
    args: () => [],
    env: ({ proxyUrl, caFile }) => ({ HTTPS_PROXY: proxyUrl, SSL_CERT_FILE: caFile }),
  })
}
