/**
 * What a bundle leaves out of the clients of the AWS SDK: forms of operations that nobody calls, classes of errors that nobody tells
 * apart, and most of what `package.json` says. A bundler alone keeps them, because each error registers itself and the forms have
 * computed names. They were a tenth of a bundle, and of that of reconcile a fifth.
 */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

/** An error of another class is thrown as the one that its service has for all: with its name, its status and its message. */
export const ERROR_CLASSES: readonly string[] = [
  'ConditionalCheckFailedException',
  'InvalidParameterException',
  'ResourceNotFoundException',
]

/** Whatever has a mark of its own that says it may be tried again; the others are told by name and status. */
const MARKED: readonly string[] = ['ReplicatedWriteConflictException']

const REGISTRATION = /^\w+_registry\.registerError\(\w+\$, (\w+)\);$/gm
const FORM = /^(export var \w+\$ = )(\[[\s\S]*?\]);$/gm

/** Errors of SNS have another name on the wire than their class has: only their forms know both. */
const WITH_ALL_ERRORS = /\/client-sns\//

/**
 * @param path of the file, which says whose forms they are.
 * @throws Error when the SDK writes its forms in another way than this was written for.
 */
export function leanSchemas(source: string, path: string): string {
  if (source.search(REGISTRATION) === -1 || source.search(FORM) === -1)
    throw new Error('the forms of the AWS SDK are not as infra/lean-clients.ts knows them')
  return source
    .replaceAll(REGISTRATION, (line, name: string) =>
      WITH_ALL_ERRORS.test(path) || isKept(name) ? line : '',
    )
    .replaceAll(FORM, '$1/* @__PURE__ */ (() => $2)();')
}

function isKept(name: string): boolean {
  return name.endsWith('ServiceException') || ERROR_CLASSES.includes(name) || MARKED.includes(name)
}

/** The clients say their version to AWS, and nothing else of their package. */
export function leanManifest(source: string): string {
  const manifest: unknown = JSON.parse(source)
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : ''
  return JSON.stringify({ version })
}

/** To look for the one of the Web loads all that Node.js has of Web Cryptography. */
const UUID = `import { randomUUID } from 'node:crypto'
export const bindV4 = () => () => randomUUID()`

/** Digests in hex, as Node.js writes them: no table of 256 bytes is made at each start. Nobody reads hex. */
const HEX = `export const toHex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
export function fromHex() {
  throw new Error('this bundle reads no hex')
}`

/** Requests are signed, and never events in a stream. */
const NO_EVENT_SIGNING = `export class HeaderFormatter {
  format() {
    throw new Error('this bundle signs no events')
  }
}`

/** Each client is given its own way to try again: `shared/aws/clients.ts`. */
const NO_ADAPTIVE_RETRY = `export class AdaptiveRetryStrategy {
  constructor() {
    throw new Error('this bundle has no adaptive retries')
  }
}`

export const leanClients: Plugin = {
  name: 'lean-clients',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => ({
      contents: leanSchemas(readFileSync(path, 'utf8'), path.replaceAll('\\', '/')),
    }))
    build.onLoad({ filter: /\/util-retry\/AdaptiveRetryStrategy\.js$/ }, () => ({
      contents: NO_ADAPTIVE_RETRY,
    }))
    build.onLoad({ filter: /@smithy\/signature-v4\/dist-es\/HeaderFormatter\.js$/ }, () => ({
      contents: NO_EVENT_SIGNING,
    }))
    build.onLoad({ filter: /@smithy\/core\/dist-es\/submodules\/serde\/uuid\/v4\.js$/ }, () => ({
      contents: UUID,
    }))
    build.onLoad({ filter: /\/util-hex-encoding\/hex-encoding\.js$/ }, () => ({ contents: HEX }))
    build.onLoad({ filter: /@aws-sdk\/client-[\w-]+\/package\.json$/ }, ({ path }) => ({
      contents: leanManifest(readFileSync(path, 'utf8')),
      loader: 'json',
    }))
  },
}
