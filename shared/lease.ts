/** A right that at most one has at a time, and that ends by itself when whoever has it dies. */
export interface Lease {
  /**
   * Takes it, or prolongs it when this holder has it already.
   *
   * @param times `now`, and until when it is to last; epoch ms.
   * @returns false while somebody else has it; nothing is written then.
   */
  take(holder: string, times: { readonly now: number; readonly until: number }): Promise<boolean>
  /** Lets it end at that time, epoch ms; of no effect when somebody else has it by now. */
  end(holder: string, at: number): Promise<void>
}
