/** Fields that have a value. */

type Given<Fields> = { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> }

/** Without the fields that have no value. */
export function given<Fields extends Readonly<Record<string, unknown>>>(fields: Fields): Given<Fields>
export function given(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
