/** How long a notification takes, in terms of the least that anyone can do. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUNDLED, buildLean } from '#infra/bundle.ts'
import { FOLDER, install } from '../../conformance/clients/install.ts'
import { spreadOf } from '../suite/figure.ts'
import type { Figure, Section, Spread } from '../suite/figure.ts'
import { ratios, timesOf } from '../suite/rounds.ts'
import { PEERS } from './peers.ts'
import type { PeerName } from './peers.ts'
import type { Order, Side } from './process.ts'
import { sample } from './sample.ts'
import { startSide } from './side.ts'
import type { SideProcess } from './side.ts'

const DELIVERIES = 64
const ROUNDS = 41
const RUNS = 1000
/** V8 compiles the code of a handler for the last time after some 12,000 calls; its threads' time counts as well. */
const WARM_UPS = {
  'by clients': 20_000,
  // What is left of the difference is little beside the AWS SDK, and a sample is good for minutes.
  'by the wire': 3000,
} as const

type Times = Readonly<Record<string, readonly number[]>>
type Answered = Order['answered']
type Pair = (one: Side, other: Side, answered?: Answered) => Promise<Times>

export async function benchNotify(say: (line: string) => void): Promise<Section> {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-bench-notify-'))
  try {
    const program = join(directory, 'process.cjs')
    buildLean({ ...BUNDLED, entryPoints: ['bench/notify/process.ts'], outfile: program })
    const peers = installed(say)
    return await section(
      (one, other, answered = 'by clients') => pair(program, [one, other], answered),
      peers,
    )
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

async function pair(program: string, names: readonly Side[], answered: Answered): Promise<Times> {
  const order = { answered, folder: FOLDER, sample: sample(DELIVERIES) }
  const sides: SideProcess[] = []
  try {
    for (const side of names) sides.push(await startSide(program, { ...order, side }))
    const contenders = Object.fromEntries(names.map((name, index) => [name, sides[index]!.turn]))
    return await timesOf({ contenders, rounds: ROUNDS, runs: RUNS, warmUp: WARM_UPS[answered] })
  } finally {
    for (const side of sides) side.end()
  }
}

async function section(pair: Pair, peers: readonly PeerName[]): Promise<Section> {
  const protocol = await pair('floor', 'protocol')
  const figures: Figure[] = [
    {
      name: 'the floor: verify, decrypt and parse with loaded keys',
      unit: 'µs',
      ...spreadOf(protocol['floor']!),
    },
    {
      name: 'protocol of notify, of the floor',
      ...spreadOf(ratios(protocol['protocol']!, protocol['floor']!)),
      target: { is: 'at least', value: 0.9 },
    },
    {
      name: 'handler of notify, of the floor',
      ...(await against(pair, 'handler')),
      target: { is: 'at least', value: 0.6 },
    },
    {
      name: 'handler of notify with all that the AWS SDK does, of the floor',
      ...(await against(pair, 'handler', 'by the wire')),
    },
  ]
  for (const name of peers)
    figures.push({ name: `${name} ${PEERS[name]}, of the floor`, ...(await against(pair, name)) })
  if (peers.includes('wechatpay-node-v3')) {
    const times = await pair('wechatpay-node-v3', 'protocol')
    figures.push({
      name: 'protocol of notify, of wechatpay-node-v3',
      ...spreadOf(ratios(times['protocol']!, times['wechatpay-node-v3']!)),
      target: { is: 'at least', value: 1.5 },
    })
  }
  return { title: 'A notification', about: ABOUT, figures, notes: NOTES }
}

async function against(pair: Pair, side: Side, answered?: Answered): Promise<Spread> {
  const times = await pair('floor', side, answered)
  return spreadOf(ratios(times[side]!, times['floor']!))
}

const ABOUT = [
  `Payments as WeChat sends them, 64 different ones, read in turns by the two sides of each line, each in a process of its own, bundled as
functions are; a round is ten turns of 100 for each. In one process what both call is compiled for the objects of both, and the side that
takes more memory collects what the other left as well: the handler lost 0.04 by that. Counted is the time of the processor, that of the
compiler and of the collector of garbage included. The ratio is the time of the floor in that of the other: 1 is as fast as the floor. The floor
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
  `What is left beyond the protocol, by leaving out one part after another beside a floor of 30 µs: of 47 µs (the fifth percentile of turns
of 20 calls, the median of six processes or more for each) the line in the log takes 6.4 (writing it 2.9, \`JSON.stringify\` 1.5, the metric in
it 1.0), the item 3.2, the commands that put and send 1.3, the deadline 1.4, the trace that goes with all that runs 1.0, the names of the
headers 0.8, the random ids 0.4; most of the rest is frames and promises between the event and the store.
What the AWS SDK does takes some seven times as long as all of it:
that is where a container's processor time goes, and only calls that are not made would save it.`,
  `How it became so: 17 waits for one another are nine, a write to the store one instead of three, keys that are fresh are at hand without any
(4 µs together); a line is one object and one \`JSON.stringify\` instead of its parts one by one, what a call counted a list instead of a
map (36 KB of objects for a call are 25); headers are looked at once. Before that the headers were copied, an item was made of another object,
and a line had three. A handler is compiled for the last time after some 12,000 calls: until then it took 62 to 66 µs where it took 54
afterwards, and the compiler's threads add to that. On a machine that does much else the median of the turns is a fifth above the best, that
of the floor a twentieth: a handler has more code and data to bring back into the caches.`,
  `Where the protocol's time went, by putting one check after another on the floor (turns of 40, tenth percentiles of 1,500): of 5.8 µs
beyond the floor, rules that were walked over 1.1, half a character looked for in a body of two bytes a character 0.6 to 0.75, the one-shot
\`verify\` where \`createVerify\` does the same 0.65, the hash 0.8 to 1 with its text 0.2, the signature's 344 characters looked through
although strict base64 has no others 0.25, the message put together and copied 0.25. Now it is 2.2: the hash 0.8, canonical base64 0.5,
headers and time 0.3, fields, fact and the objects between them the rest. All of it in one function without a rule, a fact or an error
of its own name would be as fast as the floor, whose \`verify\` is the slower one.`,
  `Measured and not taken. RSA's public operation by itself and the digest compared here: 0.4 µs less than \`createVerify\`, and a
signature scheme of our own. Base64 decoded where there is room: 0.1 to 0.2, and bytes that the next call overwrites. UTF-8 by
\`transcode\`, loops in place of regular expressions, options of the cipher made once, one look for the forms of others: no difference.
Handing lines to the system with \`writeSync\` makes no difference here; a cold start is 0.7 to 2.8 ms shorter by it, for no stream is made.
A shard by a cheaper hash than SHA-256: 0.2 µs, and items that are stored have the other one. A walk of the parts of a line in place of
\`Object.assign\`, fewer async functions between event and store, a cheaper look at the names of headers: no difference that a run of eight
processes each shows. An item written out field by field for each kind of fact: half a microsecond, and a second place that knows
them. A younger generation of 256 MB instead of 16: no difference to a quiet turn. Tried and not taken: checking
base64 by its length and alphabet instead of by encoding it again took characters beyond Latin for digits, as Node.js does.`,
]
