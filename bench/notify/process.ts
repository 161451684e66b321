/** One side of a pair, in a process of its own, bundled as functions are, whose standard output goes nowhere: a function's lines are a part of its time. */
import { createRequire } from 'node:module'
import { turnOf } from '../suite/rounds.ts'
import { createFloor } from './floor.ts'
import { createHandler, createProtocol } from './ours.ts'
import { createPeer } from './peers.ts'
import type { PeerName } from './peers.ts'
import type { Sample } from './sample.ts'

export type Side = 'floor' | 'protocol' | 'handler' | PeerName

/** The first message; each after it is how often to run, and is answered with what one run took. */
export interface Order {
  readonly sample: Sample
  readonly side: Side
  readonly answered: 'by clients' | 'by the wire'
  /** Where the packages of others are installed. */
  readonly folder: string
}

function create({ side, sample, answered, folder }: Order) {
  if (side === 'floor') return createFloor(sample)
  if (side === 'protocol') return createProtocol(sample)
  if (side === 'handler') return createHandler(sample, answered)
  return createPeer(side, createRequire(`${folder}/package.json`), sample)
}

async function start(order: Order): Promise<void> {
  const turn = turnOf(await create(order), order.sample.deliveries)
  process.on('message', (runs: number) => void turn(runs).then((told) => process.send!(told)))
  process.send!('ready')
}

process.once('message', (order: Order) => void start(order))
