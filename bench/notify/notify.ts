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
  `What is left beyond the protocol, by leaving out one part after another beside a floor of 31 µs: of 50 µs (the fifth percentile of turns
of 20 calls, in a process of its own) the item takes 3.2 and the command that puts it, with the message and its command, 1.5; the text of the
line in the log 2.9 and writing it 4.2; the deadline, a timer and a promise, 1.9; the trace that goes with all that runs 1.7 and its ids 0.7; the
event with its headers 0.9; type and size of the body 0.6; the metric 0.7. The
protocol's own five: rules for the fields 1.5, the fact and its hash 1.3, the rest less than 0.4 each: canonical base64, legal headers,
UTF-8. What the AWS SDK does takes some seven times as long as all of it:
that is where a container's processor time goes, and only calls that are not made would save it.`,
  `How it became so: 17 waits for one another are nine, a write to the store one instead of three, keys that are fresh are at hand without any
(4 µs together); a line is one object and one \`JSON.stringify\` instead of its parts one by one, what a call counted a list instead of a
map (36 KB of objects for a call are 28); headers are looked at once. Before that the headers were copied, an item was made of another object,
and a line had three. A handler is compiled for the last time after some 12,000 calls: until then it took 62 to 66 µs where it took 54
afterwards, and the compiler's threads add to that. On a machine that does much else the median of the turns is a fifth above the best, that
of the floor a twentieth: a handler has more code and data to bring back into the caches.`,
  `Measured and not taken. Handing lines to the system with \`writeSync\` and to the stream only what a full pipe does not take: 2 to 3 µs where
standard output goes nowhere as here, and none where it is a pipe. A shard by a cheaper hash than SHA-256: 1 µs, and items that are stored
have the other one. One timer for all deadlines: 2 µs, and signals that fire in the trace of another call; a timer beside it that keeps the
system's list of timers: 1 µs. An item written out field by field for each kind of fact: half a microsecond, and a second place that knows
them. A younger generation of 256 MB instead of 16: no difference to a quiet turn. Tried and not taken: checking
base64 by its length and alphabet instead of by encoding it again took characters beyond Latin for digits, as Node.js does.`,
]
