/** Measures in a process of its own, bundled as functions are, whose standard output goes nowhere: a function's lines are a part of its time. */
import { createRequire } from 'node:module'
import { timesOf } from '../suite/rounds.ts'
import type { Contender } from '../suite/rounds.ts'
import { createFloor } from './floor.ts'
import { createHandler, createProtocol } from './ours.ts'
import { createPeer } from './peers.ts'
import type { PeerName } from './peers.ts'
import type { Sample, SampleDelivery } from './sample.ts'

export type Side = 'floor' | 'protocol' | 'handler' | PeerName

export interface Order {
  readonly sample: Sample
  readonly sides: readonly Side[]
  readonly answered: 'by clients' | 'by the wire'
  /** Where the packages of others are installed. */
  readonly folder: string
  readonly rounds: number
  readonly runs: number
  readonly warmUp: number
}

async function measure({ sides, sample, rounds, runs, warmUp, ...order }: Order) {
  const contenders: Record<string, Contender<SampleDelivery>> = {}
  for (const side of sides) contenders[side] = await create(side, { sample, ...order })
  return timesOf({ contenders, inputs: sample.deliveries, rounds, runs, warmUp })
}

function create(side: Side, { sample, answered, folder }: Pick<Order, 'sample' | 'answered' | 'folder'>) {
  if (side === 'floor') return createFloor(sample)
  if (side === 'protocol') return createProtocol(sample)
  if (side === 'handler') return createHandler(sample, answered)
  return createPeer(side, createRequire(`${folder}/package.json`), sample)
}

process.once('message', (order: Order) => {
  void measure(order).then((times) => process.send!(times, () => process.disconnect()))
})
