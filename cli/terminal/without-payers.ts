/** JSON as people may see it. */

/** Parses JSON with its openids hidden, unless they are asked for. @throws SyntaxError when it is no JSON. */
export function withoutPayers(text: string, { showPayer }: { readonly showPayer: boolean }): unknown {
  return JSON.parse(text, (name, value: unknown) =>
    !showPayer && /openid$/i.test(name) ? '(hidden; --show-payer shows it)' : value,
  )
}
