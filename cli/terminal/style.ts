/** Colours, and text of others that must not bring its own. Where nobody sees colours, they are taken out as text is written. */
import { stripVTControlCharacters, styleText } from 'node:util'
import type { Terminal } from './terminal.ts'

export type Style = 'bold' | 'red' | 'yellow' | 'green'

/** Text of a cell that stands out; a class, so that nothing that was stored can be taken for one. */
export class Styled {
  readonly style: Style
  readonly text: string

  constructor(style: Style, text: string) {
    this.style = style
    this.text = text
  }
}

export function paint(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false })
}

// oxlint-disable-next-line no-control-regex -- what steers a terminal is what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g

/** Text that was stored or sent by others: what would steer a terminal is shown instead of obeyed. */
export function printable(text: string): string {
  return text.replaceAll(CONTROLS, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** JSON for people and programs: what JSON leaves as it is and a terminal might obey is escaped. */
export function jsonText(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replaceAll(CONTROLS, (control) =>
    control === '\n' ? control : `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What stands in a table or beside a name. */
export function cellText(cell: string | Styled): string {
  return typeof cell === 'string' ? printable(cell) : paint(cell.style, printable(cell.text))
}

/** The same terminal without colours where they would be seen as noise. */
export function withoutNoise(terminal: Terminal): Terminal {
  const { colours } = terminal
  return {
    ...terminal,
    out: (text) => terminal.out(colours.out ? text : stripVTControlCharacters(text)),
    err: (text) => terminal.err(colours.err ? text : stripVTControlCharacters(text)),
  }
}
