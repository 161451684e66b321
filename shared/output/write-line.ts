/** Hands lines to standard output, which Lambda takes line by line. */
import fs from 'node:fs'

const STANDARD_OUTPUT = 1

/** Whether lines wait in the stream of standard output, which no other may overtake. */
let waiting = false

/**
 * Writes one line, given without its newline. It is with the system when this returns, so that a container that is frozen after its
 * answer holds nothing back. The stream of `process.stdout` takes a cold start one to three milliseconds to make: it is made
 * for what a full pipe does not take at once. Never throws: of what cannot be written at all the stream tells.
 */
export function writeLine(line: string): void {
  const text = `${line}\n`
  waiting &&= process.stdout.writableLength > 0
  if (waiting) process.stdout.write(text)
  else writeAtOnce(text)
}

function writeAtOnce(text: string): void {
  let written = 0
  try {
    written = fs.writeSync(STANDARD_OUTPUT, text)
    if (written === Buffer.byteLength(text)) return
  } catch {
    // A pipe that is full and does not wait, or that nobody reads any more.
  }
  waiting = true
  process.stdout.write(Buffer.from(text).subarray(written))
}
