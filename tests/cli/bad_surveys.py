from mistakes import *
import io
def dup(d):
    d=d.copy(); d.columns=[*d.columns[:-1],"Q1"]; return d
xls=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+b"\0"*600
FIT="fit shop.yaml shop.csv"
def two_sheets(f):
    with pd.ExcelWriter(f/"two.xlsx") as w:
        pd.DataFrame({"note":["codes"]}).to_excel(w,sheet_name="Codebook",index=False)
        shop_survey().to_excel(w,sheet_name="Answers",index=False)
MISTAKES = (
    Mistake(name="no file", command="fit shop.yaml shopp.csv", says=()),
    Mistake(name="folder as survey", command="fit shop.yaml answers", build=lambda f:(f/"answers").mkdir(), says=()),
    Mistake(name="wrong sheet", command="fit shop.yaml two.xlsx --sheet answer", build=two_sheets, says=()),
    Mistake(name="wrong sheet number", command="fit shop.yaml two.xlsx --sheet 3", build=two_sheets, says=()),
    Mistake(name="codebook sheet first", command="fit shop.yaml two.xlsx", build=two_sheets, says=()),
    Mistake(name="codebook sheet named", command="fit shop.yaml two.xlsx --sheet Codebook", build=two_sheets, says=()),
    Mistake(name="sheet of csv", command=FIT+" --sheet Answers", says=()),
    Mistake(name="misspelt column", command=FIT, build=survey(lambda d:d.rename(columns={"S2":"S_2","Q3":"q3"})), says=()),
    Mistake(name="wrong scale", command=FIT+" --scale 1:7", says=()),
    Mistake(name="wrong scale of one", command=FIT+" --scale Q1=1:5", says=()),
    Mistake(name="missing codes", command=FIT, build=survey(lambda d:cells("S1",(4,9),99)(cells("Q2",(5,),98)(d))), says=()),
    Mistake(name="weights blank", command=FIT+" --weight weight", build=survey(cells("weight",(4,7),None)), says=()),
    Mistake(name="weights negative", command=FIT+" --weight weight", build=survey(cells("weight",(4,),-1)), says=()),
    Mistake(name="weights text", command=FIT+" --weight branch", says=()),
    Mistake(name="weight missing col", command=FIT+" --weight wgt", says=()),
    Mistake(name="identifier group", command=FIT+" --by interview", says=()),
    Mistake(name="by indicator", command=FIT+" --by Q1", says=()),
    Mistake(name="by reserved", command=FIT+" --by index", build=survey(lambda d:d.rename(columns={"branch":"index"})), says=()),
    Mistake(name="by n", command=FIT+" --by n", build=survey(lambda d:d.rename(columns={"branch":"n"})), says=()),
    Mistake(name="by absent", command=FIT+" --by brnch", says=()),
    Mistake(name="by twice", command=FIT+" --by branch --by branch", says=()),
    Mistake(name="text answers", command=FIT, build=survey(cells("S1",(4,9),"very good")), says=()),
    Mistake(name="csv as xlsx", command="fit shop.yaml shop.xlsx", build=lambda f: (f/"shop.xlsx").write_bytes((f/"shop.csv").read_bytes()), says=()),
    Mistake(name="xlsx as csv", command="fit shop.yaml b.csv", build=both(survey(lambda d:d,"shop.xlsx"), lambda f:(f/"shop.xlsx").rename(f/"b.csv")), says=()),
    Mistake(name="xls", command="fit shop.yaml shop.xls", build=file("shop.xls",xls), says=()),
    Mistake(name="xls as xlsx", command="fit shop.yaml shop.xlsx", build=file("shop.xlsx",xls), says=()),
    Mistake(name="lock", command="fit shop.yaml '~$shop.xlsx'", build=file("~$shop.xlsx",b"\x05user"+b" "*100), says=()),
    Mistake(name="numbers", command="fit shop.yaml shop.numbers", build=file("shop.numbers",b"PK"), says=()),
    Mistake(name="pdf", command="fit shop.yaml shop.pdf", build=file("shop.pdf",b"%PDF"), says=()),
    Mistake(name="gbk bad", command=FIT, build=lambda f:(f/"shop.csv").write_bytes(b"Q1,\xff\xfe\x81 \x82\n1,\x81\n"), says=()),
    Mistake(name="decimal commas", command=FIT, build=survey(lambda d:d.assign(S1=[f"{x},5" for x in d["S1"]])), says=()),
    Mistake(name="duplicate header", command=FIT, build=survey(dup), says=()),
    Mistake(name="empty", command=FIT, build=file("shop.csv"), says=()),
    Mistake(name="header only", command=FIT, build=survey(lambda d:d.iloc[:0]), says=()),
    Mistake(name="3 rows", command=FIT, build=survey(lambda d:d.iloc[:3]), says=()),
    Mistake(name="all one", command=FIT, build=survey(lambda d:d.assign(S1=8)), says=()),
    Mistake(name="identical", command=FIT, build=survey(lambda d:d.assign(S2=d["S1"])), says=()),
    Mistake(name="column empty", command=FIT, build=survey(lambda d:d.assign(S2=None)), says=()),
    Mistake(name="no header", command=FIT, build=lambda f: shop_survey().to_csv(f/"shop.csv",index=False,header=False), says=()),
    Mistake(name="title row", command=FIT, build=lambda f:(f/"shop.csv").write_text("Shop survey 2024,,,\n\n"+(f/"shop.csv").read_text()), says=()),
    Mistake(name="ragged", command=FIT, build=lambda f:(f/"shop.csv").write_text((f/"shop.csv").read_text()+"1,2,3,4,5,6,7,8,north,1,K1,extra,more\n"), says=()),
    Mistake(name="all missing rows", command=FIT+" --missing 1,2,3,4,5,6,7,8,9,10", says=()),
    Mistake(name="blank group", command=FIT+" --by branch", build=survey(cells("branch",tuple(range(2,242)),None)), says=()),
    Mistake(name="strata absent", command=FIT+" --strata regio --cluster hous", says=()),
    Mistake(name="infinite", command=FIT, build=survey(cells("S1",(4,),"inf")), says=()),
    Mistake(name="check mistakes", command="check shop.yaml shop.csv", build=survey(lambda d:cells("S1",(4,9),"x")(cells("Q2",(5,),98)(d))), says=()),
    Mistake(name="broken sav", command="fit shop.yaml shop.sav", build=file("shop.sav",b"$FL2 nonsense"*20), says=()),
    Mistake(name="broken dta", command="fit shop.yaml shop.dta", build=file("shop.dta",b"nonsense"*20), says=()),
    Mistake(name="broken parquet", command="fit shop.yaml shop.parquet", build=file("shop.parquet",b"nonsense"*20), says=()),
    Mistake(name="unreadable csv", command="fit shop.yaml zip.zip", build=file("zip.zip",b"PK\x03\x04"), says=()),
    Mistake(name="dates", command=FIT, build=survey(lambda d:d.assign(S1="2024-01-05")), says=()),
)
