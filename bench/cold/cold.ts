/** What a container takes before its first answer, in terms of a bundle of three plain clients of the AWS SDK. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { BUNDLED, bundleOperations } from '#infra/bundle.ts'
import { BUNDLE_NAMES } from '#infra/operations/operations.ts'
import { eventOf, sample } from '../notify/sample.ts'
import type { Sample } from '../notify/sample.ts'
import { spreadOf } from '../suite/figure.ts'
import type { Figure, Section } from '../suite/figure.ts'
import { ratios } from '../suite/rounds.ts'
import { startAws } from './aws.ts'
import type { Start, Started } from './process.ts'

const ROUNDS = 15
const MOST = 0.65

/** By name, what each round took. */
type Times = Readonly<Record<string, Started[]>>

export async function benchCold(): Promise<Section> {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-bench-cold-'))
  try {
    const program = join(directory, 'process.cjs')
    buildSync({ ...BUNDLED, entryPoints: ['bench/cold/process.ts'], outfile: program })
    const files = bundlesIn(directory)
    return section(await measure(program, files), files)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** @returns by name, the file that is loaded. */
function bundlesIn(directory: string): Readonly<Record<string, string>> {
  const plain = join(directory, 'plain.cjs')
  buildSync({ ...BUNDLED, alias: {}, entryPoints: ['bench/cold/plain.ts'], outfile: plain })
  const { directoryOf } = bundleOperations(directory)
  const ours = BUNDLE_NAMES.map((name) => [name, join(directoryOf(name), 'index.js')])
  return { plain, ...Object.fromEntries(ours) }
}

async function measure(program: string, files: Readonly<Record<string, string>>): Promise<Times> {
  const given = sample(1)
  const aws = await startAws(given)
  try {
    const environment = environmentOf(given, aws.url)
    const times: Times = Object.fromEntries(Object.keys(files).map((name) => [name, []]))
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, bundle] of Object.entries(files)) {
        const event = ['plain', 'notify'].includes(name) ? { event: eventOf(given.deliveries[0]!) } : {}
        times[name]!.push(await run(program, { bundle, environment, ...event }))
      }
    }
    return times
  } finally {
    await aws.close()
  }
}

async function run(program: string, start: Start): Promise<Started> {
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execPath: process.execPath })
  child.send(start)
  const exit = once(child, 'exit')
  const [started] = await Promise.race([once(child, 'message'), exit])
  if (typeof started !== 'object' || started === null) throw new Error(`${start.bundle} did not start`)
  await exit
  return started as Started
}

function environmentOf({ mchid, appid }: Sample, url: string): Readonly<Record<string, string>> {
  return {
    WXPAY_STAGE: 'bench',
    WXPAY_MCHID: mchid,
    WXPAY_APPIDS: appid,
    WXPAY_NOTICE_TYPES: 'none',
    FACTS_TABLE_NAME: 'facts',
    FACT_QUEUE_URL: `${url}/123456789012/facts`,
    KEY_REFRESH_QUEUE_URL: `${url}/123456789012/refresh.fifo`,
    APIV3_KEY_SECRET_ID: 'apiv3-key',
    PLATFORM_KEYS_SECRET_ID: 'platform-keys',
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  }
}

function section(times: Times, files: Readonly<Record<string, string>>): Section {
  const imports = (name: string) => times[name]!.map(({ imported }) => imported)
  const answers = (name: string) => times[name]!.map(({ answered }) => answered!)
  const size = (name: string) => `${Math.round(statSync(files[name]!).size / 1000)} KB`
  const against = (of: (name: string) => number[], name: string) => spreadOf(ratios(of('plain'), of(name)))
  const figures: Figure[] = [
    { name: `import of three plain clients, ${size('plain')}`, unit: 'ms', ...spreadOf(imports('plain')) },
    ...BUNDLE_NAMES.map((name) => ({
      name: `import of ${name}, ${size(name)}, of the plain one`,
      ...against(imports, name),
      target: { is: 'at most', value: MOST } as const,
    })),
    {
      name: 'import and the first four calls of the plain one',
      unit: 'ms',
      ...spreadOf(answers('plain')),
    },
    { name: 'import of notify and its first answer, of the plain one', ...against(answers, 'notify') },
  ]
  return { title: 'A cold start', about: ABOUT, figures, notes: NOTES }
}

const ABOUT = [
  `Each bundle is loaded in a process of its own, as Lambda does it once per container, in turns with a bundle of three plain clients
(DynamoDB, SQS, Secrets Manager; the same esbuild settings, nothing left out). Counted is the time of the processor, not of the clock,
from the first byte of the bundle; the start of Node.js itself is not in it.`,
  `Nothing is put off to make an import look short: the last figure has import and first answer together. notify reads two secrets,
verifies, decrypts, stores and sends; the plain bundle makes the same four calls against the same local server and does nothing else.`,
]

const NOTES = [
  `A bundle leaves out what no function on Lambda uses; \`infra/bundle.ts\` has the list, and \`test/bundles\` what is in each and how
much it may weigh. Left out are the search for credentials, configuration files and the metadata service, digests that Node.js has
itself, endpoint discovery, streams of events, and the forms of answers that only clients read. The forms of facts and of refund rules
are made when the first one is read: notify reads a fact only when a notification comes again; for settle it is in its first batch.`,
  `What is left, of about 30 ms for notify where it was looked at: half is V8 reading the source, two thirds of that functions that
nobody has called yet; more than a quarter is modules of Node.js, \`https\` and \`crypto\` above all, which the plain bundle needs as
well; the rest runs the top of the modules. prepay, query, close, refund and sweep have some 60 KB more code of our own than notify,
notify-v2 a parser of XML, and reconcile the client of S3.`,
  `Looked at and not taken. Bundles that are not minified, or that are made for an older JavaScript: no difference beyond the noise.
Code that V8 compiled before: it is refused by any other version of Node.js, and Lambda chooses its own. A code of our own in place of
the endpoint rules of the SDK: some 10 KB, and a host name that could be wrong in one partition. Error classes of operations that
nobody calls: 19 KB, but they can only be cut out of the SDK's own files. Loading the operation with the first request: a short import,
and the same time for the caller.`,
]
