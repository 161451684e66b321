/** Processes of functions are killed with -9 at random while merchants and payers go on. */
import type { StackDrill } from './drill.ts'
import { sideBySide } from './side-by-side.ts'
import { numbers } from './world.ts'
import type { World } from './world.ts'

const VICTIMS = ['prepay', 'notify', 'settle', 'refund', 'settle', 'notify'] as const
/** A kill after so many steps of the load. */
const STEPS_PER_KILL = 4

export const killedFunctions: StackDrill = {
  name: 'killed-functions',
  title: 'functions killed with -9 at random under load',
  async run(world, size) {
    const { wechat, notes } = world
    const killer = createKiller(world)
    await sideBySide(numbers('KILL', size(120)), 12, async (number) => {
      await killer.step()
      await world.placePatiently(number, 800)
      await killer.step()
      await wechat.pay({ out_trade_no: number })
      await killer.step()
      await world.refundPatiently(number, `${number}-R`, 350)
      await killer.step()
    })
    await world.sweepAfter(2 * 60_000)
    const open = (await wechat.refunds()).filter(({ status }) => status === 'PROCESSING')
    await sideBySide(open, 12, async ({ out_refund_no }) => {
      await wechat.finishRefund(out_refund_no)
      await killer.step()
    })
    await wechat.flush()
    notes.push(`${killer.killed()} processes killed, ${killer.busy()} of them at work`)
  },
}

function createKiller({ stack }: World) {
  let steps = 0
  let killed = 0
  const deaths = (line: string) => line.includes('Runtime exited with error: signal: killed')
  return {
    async step(): Promise<void> {
      steps += 1
      if (steps % STEPS_PER_KILL !== 0) return
      const victim = VICTIMS[Math.floor(Math.random() * VICTIMS.length)] ?? 'settle'
      killed += (await stack.kill(victim)).length
    },
    killed: () => killed,
    /** Lambda reports those that died with an invocation. */
    busy: () => stack.logs.lines().filter(deaths).length,
  }
}
