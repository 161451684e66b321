/** A failure of the local stack whose message is all that a person needs: what was wrong, what was expected, what to do. */
export class LocalError extends Error {
  override readonly name = 'LocalError'
}
