/** Spreads calls over time, so that a repair does not crowd out the live traffic. */
import type { World } from '#cli/terminal/world.ts'

/** @returns a function to await before each call: at most `perSecond` of them pass in a second. */
export function createPace({ clock, pause }: Pick<World, 'clock' | 'pause'>, perSecond: number) {
  let next = 0
  return async (): Promise<void> => {
    const wait = next - clock.now()
    next = Math.max(next, clock.now()) + 1000 / perSecond
    if (wait > 0) await pause(wait)
  }
}
