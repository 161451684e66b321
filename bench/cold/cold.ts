/** What a container takes before its first answer, in terms of a bundle of three plain clients of the AWS SDK. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { BUNDLED, bundleOperations } from '#infra/bundle.ts'
import { BUNDLE_NAMES, type BundleName } from '#infra/operations/operations.ts'
import { sample } from '../notify/sample.ts'
import { spreadOf } from '../suite/figure.ts'
import type { Figure, Section } from '../suite/figure.ts'
import { ratios } from '../suite/rounds.ts'
import { startAws } from './aws.ts'
import { environmentOf, firstCalls, PLAIN_QUERY } from './first-calls.ts'
import type { Start, Started } from './process.ts'

const ROUNDS = 15
const MOST = 0.65

/** A stage with Alipay alone has it. */
const ALIPAYS = 'notify-alipay'
const NAMES: readonly BundleName[] = [...BUNDLE_NAMES, ALIPAYS]

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
  const wechat = bundleOperations(join(directory, 'wechat'))
  const alipay = bundleOperations(join(directory, 'alipay'), ['alipay'])
  const ours = NAMES.map((name) => {
    const { directoryOf } = name === ALIPAYS ? alipay : wechat
    return [name, join(directoryOf(name), 'index.js')]
  })
  return { plain, [PLAIN_QUERY]: plain, ...Object.fromEntries(ours) }
}

async function measure(program: string, files: Readonly<Record<string, string>>): Promise<Times> {
  const given = sample(1)
  const aws = await startAws(given)
  try {
    const environment = environmentOf(given, aws.url)
    const events = firstCalls(given)
    const times: Times = Object.fromEntries(Object.keys(files).map((name) => [name, []]))
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, bundle] of Object.entries(files)) {
        const event = events[name]
        times[name]!.push(
          await run(program, { bundle, environment, ...(event === undefined ? {} : { event }) }),
        )
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

function section(times: Times, files: Readonly<Record<string, string>>): Section {
  const imports = (name: string) => times[name]!.map(({ imported }) => imported)
  const answers = (name: string) => times[name]!.map(({ answered }) => answered!)
  const size = (name: string) => `${Math.round(statSync(files[name]!).size / 1000)} KB`
  const against = (of: (name: string) => number[], name: string) => spreadOf(ratios(of('plain'), of(name)))
  const figures: Figure[] = [
    { name: `import of three plain clients, ${size('plain')}`, unit: 'ms', ...spreadOf(imports('plain')) },
    ...NAMES.map((name) => ({
      name: `import of ${name}, ${size(name)}, of the plain one`,
      ...against(imports, name),
      target: { is: 'at most', value: MOST } as const,
    })),
    {
      name: 'import and the first four calls of the plain one',
      unit: 'ms',
      ...spreadOf(answers('plain')),
    },
    ...['notify', 'prepay', 'close', 'refund', 'reconcile'].map((name) => ({
      name: `import of ${name} and its first answer, of the plain one`,
      ...against(answers, name),
    })),
    {
      name: 'import of query and its first answer, of the plain one with its call',
      ...spreadOf(ratios(answers(PLAIN_QUERY), answers('query'))),
    },
  ]
  return { title: 'A cold start', about: ABOUT, figures, notes: NOTES }
}

const ABOUT = [
  `Each bundle is loaded in a process of its own, as Lambda does it once per container, in turns with a bundle of three plain clients
(DynamoDB, SQS, Secrets Manager; the same esbuild settings, nothing left out). Counted is the time of the processor, not of the clock,
from the first byte of the bundle, and of the thread that runs it; the start of Node.js itself is not in it. Nor is its list of root
certificates, which Node.js reads in a thread of its own as soon as anybody loads \`tls\`: 10 ms for the plain bundle as for ours, of which
chance says how much falls into an import.`,
  `Nothing is put off to make an import look short: the last figures have import and first answer together. notify reads two secrets,
verifies, decrypts, stores and sends; query reads an order that is paid, in the packed form. The plain bundle makes the same calls
against the same local server and does nothing else. prepay makes a new order payable, with one call to WeChat; close has WeChat close
an order, records that and tells the queue; refund reserves a part of a payment, asks WeChat for it, writes the answer down and publishes
it; reconcile looks at a day of which there is neither an order nor a bill, asks WeChat for three, keeps the report and tells of it.`,
]

const NOTES = [
  `A bundle leaves out what no function on Lambda uses; \`infra/bundle.ts\` and \`infra/lean-clients.ts\` have the lists, and
\`test/bundles\` what is in each and how much it may weigh. Left out are the search for credentials, configuration files and the metadata
service, digests that Node.js has itself, endpoint discovery, adaptive retries, streams of events, the forms of answers that only clients read, forms of the
AWS SDK's operations that nobody calls and its classes of errors that nobody tells apart (37 KB of query's 346, 106 of reconcile's 564): an
error without a class is thrown with the same name, status and message, which a test holds against the SDK as it is. The forms of
facts and of refund rules are made when the first one is read: notify reads a fact only when a notification comes again; for settle it is in
its first batch. So are the tables of what WeChat's codes mean, of what breaks a connection, of units of metrics, and the plan of looks at
refunds under way (110 KB of objects), when they are first asked. Digests are written in hex by Node.js, without a table of all bytes.
zlib is loaded with the first order that is packed, and Web Cryptography, which the SDK looks for a UUID in, not at all.`,
  `Where the time goes, by parts of query's 45 ms before: 13 reading the source, most of it functions that nobody has called yet, 10
the modules of Node.js \`crypto\` and \`https\`, which the plain bundle needs as well, 1.5 \`zlib\`, the rest running the top of some
300 modules and the two collections of garbage that it needs. A second collection costs 2 to 4 ms, and comes when an import has made
some 1.04 MB of objects, 0.55 of them by \`crypto\` and \`https\`: without zlib the short bundles do with one, which is why leaving it out
saves more than its own time. close made 1.16 MB and refund 1.20; they make 0.95 and 0.98.`,
  `What not every call needs is a file of its own beside \`index.js\`, read when it is first asked for; it takes from \`index.js\` what
both need, so that nothing is read twice (\`infra/bundle-parts.ts\`), by one function: exports of 75 to 150 names were 70 to 140 KB of
objects at each start. So are, of reconcile, all that a day needs which is due (265 of 453 KB, with the clients of S3 and SNS): it looks
every hour, and 23 of 24 times none is. So is, of query and sweep, the client of a channel with its keys (40 KB), for most orders are
final and most runs find nothing to ask; and the client of SQS (10 KB) for these two, close and refund. What a first call mostly needs stays in \`index.js\`: Lambda reads that with a whole processor, and a part with the share of
the function.`,
  `Schemas of valibot are made without what they are to other libraries, which was a tenth of what an import allocated, and no pattern of
emoji is put together at each start, 0.4 ms. What is left of prepay and refund is our own code.`,
  `Looked at and not taken. Bundles that are not minified, or that are made for an older JavaScript: no difference beyond the noise.
Code that V8 compiled before: it is refused by any other version of Node.js, and Lambda chooses its own. A code of our own in place of
the endpoint rules of the SDK: some 10 KB, and a host name that could be wrong in one partition. Errors of SNS without classes: 12 KB
of settle, and other names of errors in its log, for on the wire they have others. The Chinese texts of problems as a part: 6 KB and 1 % of
an import, and each first error would wait for a file. Marking functions as free of side effects, so that forms which a function does not
use are left out: 0.2 KB. A minimal client that signs requests in place of those of the SDK: 0.31 of the plain one where it was tried,
and nobody else's care for retries and errors. Loading the operation with the first
request: a short import, and the same time for the caller. Parts made by esbuild's own splitting: it splits ES modules only, and of all
functions together; brought back to CommonJS they were 18 to 29 % larger, for what one function needs of a file all of them get.`,
]
