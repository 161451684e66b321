/** The version of the package; a test holds it to the project's own. */
export const VERSION = '0.1.0'
