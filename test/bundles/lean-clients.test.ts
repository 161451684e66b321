/** The clients as bundles have them, beside the clients as the AWS SDK has them: the same requests, the same answers, the same errors. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUNDLED, buildLean } from '#infra/bundle.ts'
import { COMMANDS, ERRORS, JSON_ANSWERS, PUBLISHED, REFUSALS } from './aws-calls.ts'
import { ERROR_CLASSES, leanManifest, leanSchemas } from '#infra/lean-clients.ts'
import { leanValibot } from '#infra/lean-valibot.ts'

interface Request {
  readonly path: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const received: Request[] = []
let refusal: { readonly name: string; readonly status: number } | undefined

const server = createServer((request, response) => {
  void text(request).then((body) => {
    received.push({ path: request.url, headers: request.headers, body })
    const answer = answerTo(String(request.headers['x-amz-target'] ?? ''), body)
    response.writeHead(refusal?.status ?? 200, answer.headers).end(answer.body)
  })
})

function answerTo(target: string, body: string) {
  const isJson = target !== ''
  const headers = {
    'content-type': isJson ? 'application/x-amz-json-1.0' : 'application/xml',
    'x-amzn-requestid': 'r1',
  }
  if (refusal === undefined) {
    const told = isJson
      ? JSON.stringify(JSON_ANSWERS[target.split('.')[1] ?? ''])
      : body.startsWith('Action=')
        ? PUBLISHED
        : ''
    return { headers, body: told }
  }
  const { name } = refusal
  if (isJson)
    return {
      headers,
      body: JSON.stringify({ __type: `com.amazonaws#${name}`, message: 'why', Item: { k: { S: 'old' } } }),
    }
  const error = `<Error><Code>${name}</Code><Message>why</Message></Error>`
  return { headers, body: body.startsWith('Action=') ? `<ErrorResponse>${error}</ErrorResponse>` : error }
}

interface Sdk {
  readonly [name: string]: new (input: object) => object
}
type Made = Readonly<Record<string, { readonly send: (command: object) => Promise<object> }>>

const place = mkdtempSync(join(tmpdir(), 'wxpay-lean-clients-'))
let clients: ReadonlyArray<{ readonly sdk: Sdk; readonly made: Made }> = []

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const packages = ['dynamodb', 'sqs', 'sns', 'secrets-manager', 's3']
  const contents = [
    `export * from '#shared/aws/clients.ts'`,
    ...packages.map((name) => `export { ${namesOf(name).join(', ')} } from '@aws-sdk/client-${name}'`),
  ].join('\n')
  const options = { ...BUNDLED, stdin: { contents, resolveDir: process.cwd() } }
  const [lean, whole] = [join(place, 'lean.cjs'), join(place, 'whole.cjs')]
  buildLean({ ...options, outfile: lean })
  buildSync({ ...options, outfile: whole })
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' }
  clients = [lean, whole].map((file) => {
    const sdk = createRequire(import.meta.url)(file)
    const given = { region: 'us-east-1', endpoint, credentials }
    const names = ['DynamoDb', 'Sqs', 'Sns', 'SecretsManager', 'S3']
    return { sdk, made: Object.fromEntries(names.map((name) => [name, sdk[`create${name}Client`](given)])) }
  })
})

afterAll(async () => {
  server.closeAllConnections()
  await once(server.close(), 'close')
  rmSync(place, { recursive: true, force: true })
})

function namesOf(client: string): readonly string[] {
  const own = client.replaceAll('-', '').toLowerCase()
  const commands = Object.entries(COMMANDS).filter(([, [name]]) => name.toLowerCase() === own)
  return [...commands.map(([name]) => name), ...(ERRORS[client] ?? [])]
}

/** What differs from one request to the next. */
const OF_THE_MOMENT = ['authorization', 'amz-sdk-invocation-id', 'x-amz-date', 'amz-sdk-request']

async function sent(which: number, command: string) {
  const { sdk, made } = clients[which]!
  const [client, input] = COMMANDS[command]!
  received.length = 0
  const answer = await made[client]!.send(new sdk[command]!(input)).catch((error: unknown) => error)
  const requests = received.map(({ headers, ...rest }) => ({
    ...rest,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.includes(name))),
  }))
  return { requests, answer: plain(answer), is: ERROR_CLASSES.filter((name) => isOf(sdk[name], answer)) }
}

function isOf(Class: Sdk[string] | undefined, answer: unknown): boolean {
  return Class !== undefined && answer instanceof Class
}

/** Without what only one attempt has: a stream, a time, the response itself. */
function plain(answer: unknown): object {
  const { Body: _stream, $response: _response, $metadata, stack: _stack, ...rest } = Object(answer)
  const { totalRetryDelay: _delay, ...metadata } = $metadata ?? {}
  return { ...rest, message: Object(answer).message, metadata }
}

describe('the clients in a bundle', () => {
  it.each(Object.keys(COMMANDS))('send and read %s as the AWS SDK does', async (command) => {
    refusal = undefined
    const [lean, whole] = [await sent(0, command), await sent(1, command)]
    expect(lean).toEqual(whole)
    expect(lean.requests).toHaveLength(1)
    expect(lean.answer).toMatchObject({ metadata: { httpStatusCode: 200 } })
  })

  it.each(REFUSALS)(
    'tell of %s that is refused with %s as the AWS SDK does',
    async (command, name, status) => {
      refusal = { name, status }
      const [lean, whole] = [await sent(0, command), await sent(1, command)]
      expect(lean).toEqual(whole)
      expect(lean.answer).toMatchObject({
        name: expect.stringContaining(name),
        metadata: { httpStatusCode: status },
      })
    },
  )

  it('have the class of each error that a function tells apart by it, and of no other', () => {
    const names = ['shared', 'functions']
      .flatMap((room) =>
        readdirSync(room, { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
      )
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => readFileSync(file, 'utf8').match(/(?<=instanceof )[A-Z]\w+Exception/g) ?? [])
    expect([...new Set(names)].filter((name) => !name.endsWith('ServiceException')).sort()).toEqual(
      [...ERROR_CLASSES].sort(),
    )
  })

  it('name each attempt, and load nothing of Web Cryptography for it', async () => {
    refusal = undefined
    await sent(0, 'GetItemCommand')
    expect(received[0]?.headers['amz-sdk-invocation-id']).toMatch(
      /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/,
    )
    const script = `require(${JSON.stringify(join(place, 'lean.cjs'))}); console.log(process.moduleLoadList.join())`
    const loaded = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })
    expect(loaded).toContain('NativeModule crypto')
    expect(loaded).not.toContain('webcrypto')
  })

  it('are not made of forms that are written in another way', () => {
    expect(() => leanSchemas('export const A$ = 1;', 'a.js')).toThrow('infra/lean-clients.ts')
    expect(leanManifest('{"name":"a","version":"1.2.3"}')).toBe('{"version":"1.2.3"}')
  })
})

it('digests are written in hex as the AWS SDK writes them, and no hex is read', () => {
  const contents = `export { fromHex, toHex } from '@smithy/core/serde'`
  const [lean, whole] = ['hex.cjs', 'whole-hex.cjs'].map((file) => join(place, file))
  const options = { ...BUNDLED, stdin: { contents, resolveDir: process.cwd() } }
  buildLean({ ...options, outfile: lean! })
  buildSync({ ...options, outfile: whole! })
  const [ours, theirs] = [lean!, whole!].map((file) => createRequire(import.meta.url)(file))
  const every = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (const bytes of [every, every.subarray(7, 23), Buffer.from('digest'), new Uint8Array()])
    expect(ours.toHex(bytes)).toBe(theirs.toHex(bytes))
  expect(() => ours.fromHex('00')).toThrow('reads no hex')
})

it('schemas of valibot are not to other libraries what they are here, and refuse what they refuse', () => {
  const contents = `import * as v from 'valibot'
export const schema = v.strictObject({ code: v.pipe(v.string(), v.maxLength(2)) })
export const issuesOf = (value) => v.safeParse(schema, value).issues?.map(({ message }) => message)`
  const [lean, whole] = ['forms.cjs', 'whole-forms.cjs'].map((file) => join(place, file))
  const options = { ...BUNDLED, stdin: { contents, resolveDir: process.cwd() } }
  buildLean({ ...options, outfile: lean! })
  buildSync({ ...options, outfile: whole! })
  const [ours, theirs] = [lean!, whole!].map((file) => createRequire(import.meta.url)(file))
  expect('~standard' in theirs.schema).toBe(true)
  expect('~standard' in ours.schema).toBe(false)
  for (const value of [{ code: 'ab' }, { code: 'abc' }, { code: 1 }, { code: 'a', more: 1 }, undefined])
    expect(ours.issuesOf(value)).toEqual(theirs.issuesOf(value))
  expect(() => leanValibot('function _standard() {}')).toThrow('infra/lean-valibot.ts')
})
