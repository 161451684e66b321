/** What is loaded of channels when one is first asked: `later-channels.ts`. */
export { callPortsOf } from './channels.ts'
