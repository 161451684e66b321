/** Does something at the simulator, and tells how it went: in a sentence, or as the problem that it ended in. */
export type Act = (doing: Promise<string>) => void
