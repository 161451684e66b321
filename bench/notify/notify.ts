/** How long a notification takes, in terms of the least that anyone can do. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUNDLED, buildLean } from '#infra/bundle.ts'
import { FOLDER, install } from '../../conformance/clients/install.ts'
import { spreadOf } from '../suite/figure.ts'
import type { Figure, Section } from '../suite/figure.ts'
import { ratios } from '../suite/rounds.ts'
import { PEERS } from './peers.ts'
import type { PeerName } from './peers.ts'
import type { Order } from './process.ts'
import { sample } from './sample.ts'

const DELIVERIES = 64
const ROUNDS = 21
const RUNS = 400
/** V8 compiles the code of a handler for the last time after some 12,000 calls; its threads' time counts as well. */
const WARM_UP = 20_000
/** What is left of the difference is little beside the AWS SDK, and a sample is good for minutes. */
const WARM_UP_ON_THE_WIRE = 3000

type Times = Readonly<Record<string, readonly number[]>>

export async function benchNotify(say: (line: string) => void): Promise<Section> {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-bench-notify-'))
  try {
    const program = join(directory, 'process.cjs')
    buildLean({ ...BUNDLED, entryPoints: ['bench/notify/process.ts'], outfile: program })
    const peers = installed(say)
    const order = {
      sample: sample(DELIVERIES),
      peers,
      folder: FOLDER,
      rounds: ROUNDS,
      runs: RUNS,
      warmUp: WARM_UP,
    }
    const clients = await run(program, { ...order, answered: 'by clients' })
    const wire = await run(program, {
      ...order,
      peers: [],
      warmUp: WARM_UP_ON_THE_WIRE,
      answered: 'by the wire',
    })
    return section(clients, wire, peers)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Those that are here or that npm brings. */
function installed(say: (line: string) => void): readonly PeerName[] {
  const names: PeerName[] = ['wechatpay-axios-plugin', 'wechatpay-node-v3']
  return names.filter((name) => {
    const missing = install(name, PEERS[name])
    if (missing !== undefined) say(`${name} is left out: ${missing}`)
    return missing === undefined
  })
}

async function run(program: string, order: Order): Promise<Times> {
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execPath: process.execPath })
  child.send(order)
  const exit = once(child, 'exit')
  const told = await Promise.race([once(child, 'message'), exit])
  if (typeof told[0] !== 'object' || told[0] === null) throw new Error('the measuring process failed')
  await exit
  return told[0] as Times
}

function section(clients: Times, wire: Times, peers: readonly PeerName[]): Section {
  const against = (name: string, floor = 'floor', times = clients) =>
    spreadOf(ratios(times[name]!, times[floor]!))
  const figures: Figure[] = [
    {
      name: 'the floor: verify, decrypt and parse with loaded keys',
      unit: 'µs',
      ...spreadOf(clients['floor']!),
    },
    {
      name: 'protocol of notify, of the floor',
      ...against('protocol'),
      target: { is: 'at least', value: 0.9 },
    },
    {
      name: 'handler of notify, of the floor',
      ...against('handler'),
      target: { is: 'at least', value: 0.6 },
    },
    {
      name: 'handler of notify with all that the AWS SDK does, of the floor',
      ...against('handler', 'floor', wire),
    },
    ...peers.map((name) => ({ name: `${name} ${PEERS[name]}, of the floor`, ...against(name) })),
  ]
  if (peers.includes('wechatpay-node-v3'))
    figures.push({
      name: 'protocol of notify, of wechatpay-node-v3',
      ...against('protocol', 'wechatpay-node-v3'),
      target: { is: 'at least', value: 1.5 },
    })
  return { title: 'A notification', about: ABOUT, figures, notes: NOTES }
}

const ABOUT = [
  `Payments as WeChat sends them, 64 different ones, read in turns by each side in one process, bundled as functions are; a round is 400 of
each. Counted is the time of the processor. The ratio is the time of the floor in that of the other: 1 is as fast as the floor. The floor
verifies the signature, decrypts and parses twice, with keys that are loaded, and checks nothing; the packages of others are used as their
documentation has it, with loaded keys as well. wechatpay-node-v3 never checks the tag of what it decrypts.`,
  `*protocol* is what the code of notify does with a delivery: headers, time, serial and signature, envelope, decryption, the content's
fields, and the fact with its hash. *handler* is the deployed handler, from the event of API Gateway to the 204 with its line in the log, written to
a standard output that goes nowhere: frame, deadline, protocol, stores, queue, metrics. In it the clients of DynamoDB, SQS and Secrets Manager
answer at once. *With all that the AWS SDK does* only the socket is left out: the SDK builds, serializes, signs and reads what it would send.`,
]

const NOTES = [
  `The limit is RSA: some 21 of the floor's microseconds are the verification of one signature of 2,048 bits, and no version of the code
changes that. After it the caches of the processor hold little else, so that every further step takes two to three times as long as by
itself; what counts is how much code runs, more than how fast it is.`,
  `Where the handler's time went, by leaving out one part after another beside a floor of 30 µs: of 76 µs (the tenth percentile of many
short turns) 41 beyond the protocol. 17 were the line in the log, the most of it for putting its parts into one object; 16 the item, of
which half was an object between fact and attributes; 9 the event, whose headers were copied; 7 the deadline; 4 the message. Now it is
60: the line is written from its parts (9, of which 3 the writing itself), the headers are taken as they are, an item is made at once (3),
the deadline is one timer and one promise (2). What is left is spread over a dozen awaits, the trace, and the objects of one call. The
protocol's own five: rules for the fields 1.5, the fact and its hash 1.3, the rest less than 0.4 each: canonical base64, legal headers,
UTF-8. What the AWS SDK does takes some seven times as long as all of it: that is where a container's processor time goes, and only calls
that are not made would save it.`,
  `Measured and not taken. Handing lines to the system with \`writeSync\` and to the stream only what a full pipe does not take: no
difference here, where the stream does the same. One \`JSON.stringify\` for the line, or one look at all its texts for what has to be
escaped: no difference. A shard by a cheaper hash than SHA-256: 1 µs, and items that are stored have the other one. No trace around a
call: no difference. One timer for all deadlines: 2 µs, and signals that fire in the trace of another call. Tried and not taken: checking
base64 by its length and alphabet instead of by encoding it again took characters beyond Latin for digits, as Node.js does.`,
]
