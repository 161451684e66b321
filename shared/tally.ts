/** What was counted in the course of a call, until the line that ends it is written: one line then has everything. */

/** The values of one metric. */
export interface Count {
  readonly name: string
  readonly values: number[]
}

/** Mostly a single one: a list is made and searched faster than a map. */
export type Counted = readonly Count[]

/** Writes what was counted as members of a JSON object. */
type Form = (counted: Counted) => string

export class Tally {
  readonly #counted: Count[] = []
  #form: Form | undefined
  #ended = false

  /** @returns false once the line is written: whoever still counts then has to write a line of its own. */
  add(name: string, value: number, form: Form): boolean {
    if (this.#ended) return false
    this.#form = form
    const known = this.#counted.find((count) => count.name === name)
    if (known === undefined) this.#counted.push({ name, values: [value] })
    else known.values.push(value)
    return true
  }

  /** Ends it. @returns members of the line that ends the call; undefined when nothing was counted, or it is ended. */
  end(): string | undefined {
    if (this.#ended) return undefined
    this.#ended = true
    return this.#form?.(this.#counted)
  }
}
