/** What was counted in the course of a call, until the line that ends it is written: one line then has everything. */

/** The values of each metric. */
export type Counted = ReadonlyMap<string, readonly number[]>

/** Writes what was counted as members of a JSON object. */
type Form = (counted: Counted) => string

export class Tally {
  readonly #counted = new Map<string, number[]>()
  #form: Form | undefined
  #ended = false

  /** @returns false once the line is written: whoever still counts then has to write a line of its own. */
  add(name: string, value: number, form: Form): boolean {
    if (this.#ended) return false
    this.#form = form
    const values = this.#counted.get(name)
    if (values === undefined) this.#counted.set(name, [value])
    else values.push(value)
    return true
  }

  /** Ends it. @returns members of the line that ends the call; undefined when nothing was counted, or it is ended. */
  end(): string | undefined {
    if (this.#ended) return undefined
    this.#ended = true
    return this.#form?.(this.#counted)
  }
}
