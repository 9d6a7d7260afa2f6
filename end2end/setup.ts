// Before all browser tests.
import { forgetResults } from "./accessibility";

export default forgetResults;
