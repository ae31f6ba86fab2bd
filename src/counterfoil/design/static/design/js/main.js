// Each module looks after one data attribute and nothing else.
import "./at-once.js";
import "./brand.js";
import "./confirm.js";
import "./dialogs.js";
import "./focus.js";
import "./once.js";
import "./print.js";
import "./select-all.js";
import "./whole.js";
import "./without-script.js";
