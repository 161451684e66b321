/** Measures in a process of its own, bundled as functions are, whose standard output goes nowhere: a function's lines are a part of its time. */
import { createRequire } from 'node:module'
import { timesOf } from '../suite/rounds.ts'
import type { Contender } from '../suite/rounds.ts'
import { createFloor } from './floor.ts'
import { createHandler, createProtocol } from './ours.ts'
import { createPeer } from './peers.ts'
import type { PeerName } from './peers.ts'
import type { Sample, SampleDelivery } from './sample.ts'

export interface Order {
  readonly sample: Sample
  readonly answered: 'by clients' | 'by the wire'
  /** Those that are installed, in this folder. */
  readonly peers: readonly PeerName[]
  readonly folder: string
  readonly rounds: number
  readonly runs: number
  readonly warmUp: number
}

async function measure({ sample, answered, peers, folder, rounds, runs, warmUp }: Order) {
  const load = createRequire(`${folder}/package.json`)
  const contenders: Record<string, Contender<SampleDelivery>> = {
    floor: createFloor(sample),
    protocol: createProtocol(sample),
    handler: await createHandler(sample, answered),
  }
  for (const name of peers) contenders[name] = createPeer(name, load, sample)
  return timesOf({ contenders, inputs: sample.deliveries, rounds, runs, warmUp })
}

process.once('message', (order: Order) => {
  void measure(order).then((times) => process.send!(times, () => process.disconnect()))
})
