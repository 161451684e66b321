/** The command line as operators without this repository get it. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { existsSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPackage } from '#cli/packaging/build.ts'
import { listen } from '#simulator/listen.ts'
import { installPackage, nodesFrom } from '#test/support/installed-package.ts'
import type { InstalledPackage } from '#test/support/installed-package.ts'

let cli: InstalledPackage
let server: Server
let aws: Awaited<ReturnType<typeof listen>>
const asked: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.headers.authorization ?? '')
    const error = '<Code>ValidationError</Code><Message>Stack with id wxpay-prod does not exist</Message>'
    response.writeHead(400, { 'content-type': 'text/xml' })
    response.end(`<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>`)
  })
  aws = await listen(server, 0, 'an account without stacks')
  cli = await installPackage('wechatpay-lambda-cli', buildPackage)
})
afterAll(async () => {
  await aws?.close()
  await cli?.remove()
})

/** In the empty folder, with credentials of nobody. */
function wxpay(binary: string, ...args: readonly string[]) {
  const env = {
    PATH: process.env['PATH'],
    HOME: cli.folder,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: aws.url,
  }
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(binary, [cli.command('wxpay'), ...args], { cwd: cli.folder, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

describe('the package', () => {
  it('comes alone, without TypeScript, and brings licences and the pages that it links to', () => {
    expect(cli.packages).toEqual(['wechatpay-lambda-cli'])
    expect(cli.manifest).toMatchObject({ license: 'Apache-2.0', engines: { node: '>=20.12' } })
    expect(cli.manifest['dependencies']).toBeUndefined()
    const files = readdirSync(cli.pathOf(), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => file.endsWith('.ts'))).toEqual([])
    const notices = cli.read('THIRD-PARTY.txt')
    for (const name of ['@aws-sdk/client-dynamodb', 'commander', 'node-forge', 'valibot'])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
    for (const page of ['README.md', 'README.zh-CN.md']) {
      const links = cli.linksOf(page)
      expect(links.length).toBeGreaterThan(1)
      expect(links.filter((link) => !existsSync(cli.pathOf(link)))).toEqual([])
    }
  })

  it('runs with every Node.js that is here, from 20 on, without a stack and against an account', async () => {
    const nodes = await nodesFrom('20.12')
    expect(nodes.keys()).toContain(process.versions.node)
    expect(await wxpay(process.execPath, '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: wxpay /),
    })
    const alone = await wxpay(process.execPath, 'doctor')
    expect(alone).toMatchObject({ code: 4, stdout: '' })
    expect(alone.stderr).toMatch(/^error: no local stack runs here: /)
    for (const binary of nodes.values()) {
      const away = await wxpay(
        binary,
        'order',
        'show',
        'ORDER-1',
        '--stack',
        'wxpay-prod',
        '--region',
        'cn-north-1',
      )
      expect([away.code, away.stdout]).toEqual([4, ''])
      expect(away.stderr).toContain('wxpay-prod')
      expect(asked.splice(0).at(-1)).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d+\/cn-north-1\/cloudformation\//,
      )
    }
  })
})
