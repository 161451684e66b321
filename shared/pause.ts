/** Waiting as a dependency, so that tests and the simulation need no real time. */
export type Pause = (milliseconds: number) => Promise<void>

/** Waits on the machine's clock. */
export const systemPause: Pause = (milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
